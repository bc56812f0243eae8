"""Reviews: pure types, rules and errors."""
