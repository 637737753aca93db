"""The model and its rules: standard library only."""
