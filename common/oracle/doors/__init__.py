"""Doors: how each kind of document has its effect at Oracle, written down as a course of steps."""
