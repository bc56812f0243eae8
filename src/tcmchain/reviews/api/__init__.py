"""Reviews: the HTTP API."""
