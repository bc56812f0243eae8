"""Consultations: commands."""
