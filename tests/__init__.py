"""Tests, sorted by how much of the world is real: unit, properties, integration, acceptance."""
