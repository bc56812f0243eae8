"""Prescriptions: typed calls and what the refusals mean."""
