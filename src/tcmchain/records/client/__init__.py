"""Records over HTTP, and what is sealed, opened, proven and exported on one's own machine."""
