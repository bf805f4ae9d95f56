"""Producers put work on the bus: scheduler, relay, sweeper, dead-letter sweep."""
