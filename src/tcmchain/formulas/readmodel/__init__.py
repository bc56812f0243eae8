"""Formulas: events → tables, tables → model types."""
