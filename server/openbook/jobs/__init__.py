"""Work in the background: deferred with the row it is about, worked batch by batch."""
