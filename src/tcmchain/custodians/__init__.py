"""Custodians: re-encrypt after asking the chain, and answer for each asking."""
