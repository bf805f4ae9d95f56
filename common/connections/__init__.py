"""Connections: the one seam through which requests leave, and how its failures are told apart."""
