"""Small groups: who answered, disclosure control, and the gate that hands out what may be shown."""
