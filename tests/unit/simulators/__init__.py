"""Tests of the simulators, each judged by its fact sheet."""
