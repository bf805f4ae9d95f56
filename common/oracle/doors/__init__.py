"""Doors: how each kind of document has its effect at Oracle, step by step (`common/oracle/steps.py`)."""
