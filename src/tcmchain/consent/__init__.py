"""Consent: what a patient grants, and to whom."""
