"""From templates to a run on a laptop."""
