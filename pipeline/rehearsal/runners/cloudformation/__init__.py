"""The CloudFormation action: change sets prepared, described and executed against the local AWS."""
