"""Consultations: the HTTP API."""
