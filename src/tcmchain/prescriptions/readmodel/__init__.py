"""Prescriptions: events → tables, tables → model types."""
