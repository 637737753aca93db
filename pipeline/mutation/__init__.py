"""What the pipeline is worth: changes that must not reach prod and changes that must, each really applied and asked."""
