"""Keys, seals and shares: what keeps a record closed."""
