"""Consultations: events → tables, tables → model types."""
