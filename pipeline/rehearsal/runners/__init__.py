"""One module per action type."""
