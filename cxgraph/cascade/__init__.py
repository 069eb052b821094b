"""How shortfalls travel from the department where they start to the customer who feels them."""
