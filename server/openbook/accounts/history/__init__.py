"""Who changed what, as it is shown: ids become names for those who may see them."""
