"""Encounters: a visit at another hospital, from the request to the last record."""
