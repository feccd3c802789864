"""A look ahead: what a merge or a split would make, tried and taken back."""
