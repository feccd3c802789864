"""Saved views: a question with the columns it is looked at in, one's own or the team's."""
