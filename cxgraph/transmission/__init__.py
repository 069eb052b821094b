"""How much of what a department receives can show up in what it delivers: stated, estimated, resolved."""
