"""What `place.py` looks things up in: databases, networks, postal codes, zones and names."""
