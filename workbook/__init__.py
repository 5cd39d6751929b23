"""The month workbook coming in."""
