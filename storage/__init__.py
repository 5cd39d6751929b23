"""How values and rows are kept in the database."""
