"""AWS behind the domain's ports."""
