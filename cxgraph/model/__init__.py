"""What an organisation is: its tables, its settings and the arrays that the mathematics reads."""
