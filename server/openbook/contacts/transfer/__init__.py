"""Contacts in files: what is read in and written out, as CSV and NDJSON."""
