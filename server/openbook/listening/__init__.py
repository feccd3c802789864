"""Whoever watches contacts live: what they are told, by socket or by asking again and again."""
