"""Prescriptions: commands."""
