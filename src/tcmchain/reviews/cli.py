"""Reviews: commands."""
