"""Writes to bookings before the guests come."""
