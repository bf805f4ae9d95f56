"""JAGGAER as a client sees it."""
