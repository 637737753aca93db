"""What operators do by hand, with their own credentials: none of it is deployed."""
