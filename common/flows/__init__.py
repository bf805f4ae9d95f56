"""Flows: one file per kind of document and direction."""
