"""The Lambda Runtime API over real interpreters."""
