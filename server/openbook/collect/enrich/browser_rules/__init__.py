"""The rules that turn user agents and client hints into names and versions."""
