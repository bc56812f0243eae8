"""Formulas: the HTTP API."""
