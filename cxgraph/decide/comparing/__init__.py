"""What the last change did: two waves side by side, their parts, and what of it is noise."""
