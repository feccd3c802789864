"""What was observed: from the bytes of a request to rows in one commit."""
