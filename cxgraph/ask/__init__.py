"""Organisation -> questionnaires: who serves whom, what is expected and received, and what to ask next."""
