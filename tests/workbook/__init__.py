"""The import workbook: cells, faults, files, and what is stored."""
