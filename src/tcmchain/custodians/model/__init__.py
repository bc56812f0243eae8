"""Custodians, the openings they are shown, and the receipts they sign: pure types and errors."""
