"""Events into tables, and questions to them."""
