"""What the owner sets: the way to each, the venue itself."""
