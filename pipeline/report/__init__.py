"""From a run to pages."""
