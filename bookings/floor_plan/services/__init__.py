"""Writes to the floor plan."""
