"""What may be known about a person: the one list that everything else is derived from."""
