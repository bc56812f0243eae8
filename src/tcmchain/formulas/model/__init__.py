"""Formulas: pure types, rules and errors."""
