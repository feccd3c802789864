"""Who is in a workspace: members and their roles, invitations, more workspaces."""
