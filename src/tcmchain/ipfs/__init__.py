"""Content-addressed blocks, each checked against its CID."""
