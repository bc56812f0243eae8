"""Members of the consortium, what they decide and what they sign."""
