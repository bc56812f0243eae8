"""The calls and events of the contract."""
