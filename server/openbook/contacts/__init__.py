"""Who we know: the fold, identity, and everything that reads or changes a contact."""
