"""What patients grant, and what happens in an emergency, pure."""
