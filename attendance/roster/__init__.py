"""A month's roster: looked at, set by clicks, copied, published."""
