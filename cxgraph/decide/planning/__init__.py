"""What to do with a given sum of money: candidates, the best set of them, and what stands beside it."""
