"""What encounters are, pure."""
