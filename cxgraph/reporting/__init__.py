"""What people read and programs load: the report, its tables and the machine-readable result."""
