"""Contacts as a whole: where they are, when they came, what they have in common."""
