"""Reviews: use cases."""
