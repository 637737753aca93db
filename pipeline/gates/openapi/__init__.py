"""What one version of a contract takes away from the clients of another: OpenAPI documents and event schemas."""
