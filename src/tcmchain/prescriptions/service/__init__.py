"""Prescriptions: use cases."""
