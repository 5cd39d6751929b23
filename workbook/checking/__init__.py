"""A whole workbook checked against itself and what is stored: every fault, or a plan of what to write."""
