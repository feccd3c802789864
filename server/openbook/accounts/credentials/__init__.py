"""API tokens and write keys, as an administrator handles them in the dashboard."""
