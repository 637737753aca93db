"""Which versions of whom rely on what, and whether a change still keeps it: pacts, and the matrix of them."""
