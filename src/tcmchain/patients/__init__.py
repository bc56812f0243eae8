"""Patients: pseudonymous accounts, their keys, guardians and proxies."""
