"""A checked plan to rows."""
