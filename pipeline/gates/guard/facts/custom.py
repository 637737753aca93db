"""Which resources run code of ours while a stack is made, changed or deleted. Pure.

Source: "Custom resources" and "Create CloudFormation hooks and macros" in CloudFormation's user guide. A function under
the AWS CDK's own provider is a function like any other; the custom resource is what makes it run.
"""

from pipeline.gates.guard.resource import Resource

_TYPES = ("AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Macro")
_PREFIX = "Custom::"


def is_custom(resource: Resource) -> bool:
    """Whether CloudFormation calls a function (or notifies a topic) for it."""
    return resource.type.startswith(_PREFIX) or resource.type in _TYPES
