"""Prescriptions: the pages."""
