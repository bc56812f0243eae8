"""HTTP doors of custodians: those of a node (routes), and those of a custodian's own process (own)."""
