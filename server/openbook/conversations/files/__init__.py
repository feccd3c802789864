"""Files that are sent in a chat: taken, looked into, cleaned, handed out."""
