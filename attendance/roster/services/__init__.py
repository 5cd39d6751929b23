"""Writes to a month's roster."""
