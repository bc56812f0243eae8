"""Consultations: the SDK's door."""
