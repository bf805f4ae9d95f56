"""Unit tests of schemas/cxml: no I/O but the published DTDs and samples, where they are at hand."""
