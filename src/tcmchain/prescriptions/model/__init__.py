"""Prescriptions: pure types, rules and errors."""
