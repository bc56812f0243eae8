"""Prescriptions: the SDK's door."""
