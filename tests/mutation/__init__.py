"""Changes that a pipeline should stop (`bad`) or let through (`good`), each a folder with its patch."""
