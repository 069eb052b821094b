"""The checks themselves, a file for each kind of principle; every function under `rule` is in the table."""
