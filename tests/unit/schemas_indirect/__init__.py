"""Unit tests of schemas/indirect: no I/O at all."""
