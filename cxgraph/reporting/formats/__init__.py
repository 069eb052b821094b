"""The formats of a report: HTML, Markdown, workbook, CSV and JSON, each from the same blocks or results."""
