"""The task root of the functions that the tests invoke; each module is imported by the Lambda interpreter only."""
