"""Use cases of membership: the roll, motions and votes, signatures and appointments, founding."""
