"""A workbook that may be anything, read in bounded memory to the values of its cells."""
