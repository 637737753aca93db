"""CloudFormation resource types that ministack lacks or does by halves: one module per family."""
