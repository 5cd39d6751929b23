"""How requests are shown in templates."""
