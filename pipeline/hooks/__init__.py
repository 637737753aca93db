"""Exactly what is zipped into the CodeDeploy hook functions: standard library and boto3 only."""
