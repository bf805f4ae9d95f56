"""The files that put the system on machines, held against the code."""
