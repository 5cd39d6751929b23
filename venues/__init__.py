"""Venues, who works there in which role, their calendar, policy versions, months and their lock."""
