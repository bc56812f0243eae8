"""Prescriptions: written, checked, carried as a one-time right, and dispensed."""
