"""Logs of tickets and processes become answers: who handed work to whom, and what the customer got in the end."""
