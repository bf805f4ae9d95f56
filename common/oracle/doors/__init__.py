"""Doors: how each kind of document has its effect at Oracle, as a course of steps (`common/oracle/steps.py`)."""
