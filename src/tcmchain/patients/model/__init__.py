"""What patients are, pure."""
