"""Visitors at the chat: their sessions, what they may read, and the routes of the widget."""
