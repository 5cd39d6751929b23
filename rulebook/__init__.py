"""The rules themselves: plain Python, no Django, no clock, no database."""
