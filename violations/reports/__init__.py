"""Violations that somebody saw: recorded, read, what one would cost."""
