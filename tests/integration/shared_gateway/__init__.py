"""Tests of a file that share one gateway and one ledger, which each test finds empty."""
