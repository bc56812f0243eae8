"""Formulas: shared with their versions and authors, found, compared and learnt from."""
