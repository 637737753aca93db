"""Values of a template as whole texts, to be held against patterns; and the accounts that are ours. Pure."""

from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import in_full
from pipeline.gates.openapi.node import Json

ARN_PARTS = 6


def written(value: Json) -> str:
    """`value` as text, references as `${Id.Attribute}`; nothing is an empty text."""
    return "" if value is None else in_full(value)


def arn(value: Json) -> tuple[str, ...]:
    """The six parts of an ARN, where `value` is one: arn, partition, service, region, account, resource; else none."""
    parts = written(value).replace("${AWS::", "${AWS.").split(":", 5)
    return tuple(parts) if len(parts) == ARN_PARTS and parts[0] == "arn" else ()


def accounts_in(subject: Subject) -> frozenset[str]:
    """The accounts of the plan: the pipeline's and the stages'."""
    stages = (stage.environment.account for stage in subject.delivery.stages)
    return frozenset((subject.delivery.environment.account, *stages))
