"""One action on all contacts that a question finds, or on those that were picked."""
