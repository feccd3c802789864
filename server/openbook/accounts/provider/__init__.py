"""Signing in at a provider of the operator's choice (OpenID Connect): off unless it is set up."""
