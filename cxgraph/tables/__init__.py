"""Raw cells become typed tables: the schema as data, headers, numbers, dates, characters, data frames."""
