"""What an operator does with a node: measure it, stop it, back it up, restore it, check it."""
