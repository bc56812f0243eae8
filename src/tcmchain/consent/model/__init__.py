"""What consent are, pure."""
