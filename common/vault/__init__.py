"""Sealing what must not be read in a stolen dump."""
