"""Use cases of records: writing for a member, taking in what devices sealed, reading folders, erasing."""
