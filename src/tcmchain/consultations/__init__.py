"""Consultations: a condition that nobody could help, and what practitioners answer."""
