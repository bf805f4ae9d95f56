"""Tests of the Oracle Fusion simulator, judged by its fact sheet."""
