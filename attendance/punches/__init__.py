"""Arrivals, departures, times off post."""
