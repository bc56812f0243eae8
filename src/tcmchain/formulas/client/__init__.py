"""Formulas: the SDK's door."""
