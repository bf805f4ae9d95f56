"""Tests of the documents: what they read, what they refuse, what they write."""
