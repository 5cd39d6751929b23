"""What a table spends."""
