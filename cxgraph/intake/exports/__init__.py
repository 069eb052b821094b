"""Files as other programs export them: a table of text with its headers, whatever the format."""
