"""Unit tests of what workers decide."""
