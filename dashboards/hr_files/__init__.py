"""HR's list of people and their files."""
