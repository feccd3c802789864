"""How messages reach the widgets and inboxes that are open: sockets, and asking again and again."""
