"""The floor plan: its things, drawn and changed."""
