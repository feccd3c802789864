"""The schema's history, run by `openbook/migrating.py`."""
