"""Consultations: use cases."""
