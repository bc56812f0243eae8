"""Reviews: the pages."""
