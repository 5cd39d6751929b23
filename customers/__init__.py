"""The guests."""
