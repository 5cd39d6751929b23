"""The user, sign-in, and the one table of roles and capabilities."""
