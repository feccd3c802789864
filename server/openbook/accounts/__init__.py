"""Who is calling: workspaces, write keys, API tokens, the customer's signing keys."""
