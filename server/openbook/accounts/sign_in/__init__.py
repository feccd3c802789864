"""How people sign in: links, passwords, second factors, and how often anybody may try."""
