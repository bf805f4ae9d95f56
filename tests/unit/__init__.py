"""Tests of one part each, without input or output."""
