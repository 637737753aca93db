"""What the delivered product must have, row by row, and what proves it."""
