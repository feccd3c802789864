"""What people are told and owed: what is collected, and what is held of whom."""
