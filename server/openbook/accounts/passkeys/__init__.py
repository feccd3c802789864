"""Passkeys: a second proof, and a way in of their own where the device knows its person."""
