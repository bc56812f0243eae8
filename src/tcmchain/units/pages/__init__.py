"""Pages of units: the verdict above a certificate, and looking up, opening and scanning."""
