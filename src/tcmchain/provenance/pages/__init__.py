"""Pages of lots: certificates for everybody, search, and the desks of members."""
