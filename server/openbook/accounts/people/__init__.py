"""The team: people, which workspaces they belong to and what they may do there."""
