"""The composition root of a custodian: a process of its own at a member."""
