"""Consultations: typed calls and what the refusals mean."""
