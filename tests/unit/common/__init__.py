"""Unit tests of the shelves of common: decisions without I/O."""
