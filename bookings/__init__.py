"""Bookings of tables, their turns and their spend."""
