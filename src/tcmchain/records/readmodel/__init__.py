"""Folders as tables, from the events of the contract Records."""
