"""Formulas: commands."""
