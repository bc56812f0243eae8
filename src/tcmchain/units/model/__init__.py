"""Units, their codes and trees, and what can be said of one: pure types and errors."""
