"""The team's dashboard: the page that every screen starts from."""
