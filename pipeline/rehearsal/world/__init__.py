"""What AWS would have done."""
