"""Whose cost it is: a tag for each function, because the bill knows no function otherwise."""

from collections.abc import Iterable

from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct

from pipeline.plan.model import Stage


def tag_functions(there: Iterable[IConstruct], stage: Stage) -> None:
    """Give every function that is there the tag `function`, its name without what the other tags say."""
    for each in there:
        if isinstance(each, lambda_.CfnFunction) and (name := each.function_name):
            each.tags.set_tag("function", name.replace(f"orders-{stage.name}-", ""))
