"""Reviews: events → tables, tables → model types."""
