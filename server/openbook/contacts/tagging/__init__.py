"""Give tags to contacts and take them away."""
