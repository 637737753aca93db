"""The rules, one per file: the file's name is the rule's id. `pipeline.gates.guard.registry` finds them here."""
