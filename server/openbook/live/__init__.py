"""What changed, told on commit: notices with the ids of contacts, for whoever listens."""
