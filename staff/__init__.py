"""People and their employment."""
