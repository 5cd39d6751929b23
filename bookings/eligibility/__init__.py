"""Whether a booking counts as sales, and why not (4.3)."""
