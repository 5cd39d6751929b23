"""Closing a night: what is still open is settled or listed."""
