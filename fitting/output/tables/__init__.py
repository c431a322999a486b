"""The tables that are exported: rows, columns, CSV and workbook."""
