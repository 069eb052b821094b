"""Rules between rows: answers joined to services, totals told apart, scores held against their scale."""
