"""Questionnaires that came back: returned files become answers and services, whatever tool they were filled in with."""
