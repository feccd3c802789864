"""The team's side of conversations: lists, threads, answers, and who is on the site now."""
