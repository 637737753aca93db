"""From the plan to templates: the CDK app."""
