"""Writes to requests: asked, decided, swapped."""
