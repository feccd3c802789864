"""The HTTP interface written down: OpenAPI for machines, one page for people."""
