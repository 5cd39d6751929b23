"""Rests, punches, leave, off-post."""
