"""One file for each command, under the name that people type."""
