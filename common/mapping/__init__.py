"""Mapping sets: which codes of the source stand for which codes of the target, in versions."""
