"""Tests of the JAGGAER simulator: what it answers and what takes effect, by the rules of J1P and cXML."""
