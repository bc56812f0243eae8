"""Formulas: the pages."""
