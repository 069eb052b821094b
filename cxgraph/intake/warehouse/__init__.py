"""Answers where they are kept, added up there: one small interface, one file for each engine."""
