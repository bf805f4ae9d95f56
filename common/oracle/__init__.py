"""Oracle Fusion as a client sees it."""
