"""What was given away."""
