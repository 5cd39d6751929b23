"""The floor manager's tonight: people, tables, what waits, one person's night."""
