"""The interactive view: its data, its page and its scripts."""
