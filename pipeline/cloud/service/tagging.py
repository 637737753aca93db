"""Whose cost it is: a tag for each function, because the bill knows no function otherwise."""

from aws_cdk import Tags
from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct

from pipeline.plan.model import Stage


def tag_functions(below: IConstruct, stage: Stage) -> None:
    """Give every function below the tag `function`, its name without what the other tags say."""
    for each in below.node.find_all():
        template = each.node.default_child if isinstance(each, lambda_.Function) else None
        if isinstance(template, lambda_.CfnFunction) and template.function_name:
            Tags.of(each).add("function", template.function_name.replace(f"orders-{stage.name}-", ""))
