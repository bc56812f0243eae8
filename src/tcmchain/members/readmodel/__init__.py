"""Members as the chains tell them, and motions that are still being voted on at this node."""
