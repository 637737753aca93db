"""A payment provider as a real HTTP service: for the tests, for the pacts, and beside a rehearsal."""
