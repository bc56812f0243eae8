"""Prescriptions: the HTTP API."""
