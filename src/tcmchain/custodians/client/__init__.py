"""Custodians over HTTP: the SDK's doors, reading under a grant, checking receipts, and the node's relay."""
