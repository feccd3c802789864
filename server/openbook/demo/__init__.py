"""`openbook demo`: realistic visitors, sent through the public HTTP endpoints."""
