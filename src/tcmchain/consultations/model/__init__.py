"""Consultations: pure types, rules and errors."""
