"""What an organisation does to serve: its practices, how far they are lived, where commitment stops."""
