"""What to do: changes tried out, plans within a budget, periods compared."""
