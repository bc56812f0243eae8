"""What letters are, pure."""
