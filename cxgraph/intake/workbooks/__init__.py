"""Workbooks: guards, the readers of .xlsx and .ods, and the tables in their sheets."""
