"""Unit tests of what producers decide."""
