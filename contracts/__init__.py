"""What this API promises and what its consumers rely on."""
