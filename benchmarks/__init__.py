"""Benchmarks: what the system does per second, held against what the bus alone can do on the same machine."""
