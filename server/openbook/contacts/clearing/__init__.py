"""Deleting what is stored of a field that was switched off: how many values, and they go."""
