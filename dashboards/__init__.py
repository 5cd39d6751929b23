"""The home pages of the desks."""
