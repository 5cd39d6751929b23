"""Everyone's month at a glance."""
