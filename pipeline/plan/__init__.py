"""What we intend: the delivery as data."""
