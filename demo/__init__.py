"""The demonstration venues and users."""
