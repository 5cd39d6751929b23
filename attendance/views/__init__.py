"""The pages of attendance, by subject."""
