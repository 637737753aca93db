"""The gate `guard`: what must hold of the templates, and what no change may do to them; a rule per file in `rules`."""
