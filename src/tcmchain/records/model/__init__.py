"""What records are, pure."""
