"""Consultations: the pages."""
