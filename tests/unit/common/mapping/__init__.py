"""Unit tests of mapping rules: one file for each thing that is done with them."""
