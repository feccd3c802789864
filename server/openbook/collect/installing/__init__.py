"""Putting the collector into a site: what is pasted where, and what was refused lately."""
