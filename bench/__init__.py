"""How long the month's work takes, measured."""
