"""Formulas: use cases."""
