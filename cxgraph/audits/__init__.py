"""Principles as checks: each says PASS, WARNING, FAIL or SKIPPED, with the numbers and rows that it rests on."""
