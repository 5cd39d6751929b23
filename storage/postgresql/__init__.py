"""Django's PostgreSQL, times read in C."""
