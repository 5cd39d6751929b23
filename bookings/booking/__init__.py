"""A booking from held to cancelled: the pages on which account managers book."""
