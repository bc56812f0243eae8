"""What is done with encounters."""
