"""Letters: sealed messages to an account."""
