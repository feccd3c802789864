"""What can be derived from an observation by local look-ups, one file per question."""
