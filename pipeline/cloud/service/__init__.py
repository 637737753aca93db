"""The resources of the delivered service, one module per kind."""
