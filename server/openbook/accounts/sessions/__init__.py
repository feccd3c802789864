"""Where people are signed in: cookies, sessions, and which requests come from our pages."""
