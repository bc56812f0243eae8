"""Reviews: the SDK's door."""
