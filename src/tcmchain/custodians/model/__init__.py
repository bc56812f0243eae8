"""What custodians are, pure."""
