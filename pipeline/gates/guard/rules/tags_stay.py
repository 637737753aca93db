"""Everything says whose it is."""

from collections import Counter
from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.tags import tags
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said
from pipeline.gates.openapi.node import Json

ABOUT = About(
    kind="tags",
    what="What can be found, paid or alarmed about has the plan's tags and its stage's, and those that the base has",
    why="nobody finds who answers for it, the bill names no service, and policies by tag let go of it",
    fix="leave the tags of the delivery in pipeline/plan/delivery.py and where pipeline/cloud sets more",
    models="Tags removed, or their values changed",
    needs="every stage",
)
TAGGED = frozenset(
    {
        "AWS::ApiGateway::RestApi",
        "AWS::ApiGateway::Stage",
        "AWS::CloudWatch::Alarm",
        "AWS::Cognito::UserPool",
        "AWS::DynamoDB::Table",
        "AWS::Events::EventBus",
        "AWS::Events::Rule",
        "AWS::IAM::Role",
        "AWS::KMS::Key",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::Function",
        "AWS::Logs::LogGroup",
        "AWS::Pipes::Pipe",
        "AWS::RDS::DBCluster",
        "AWS::S3::Bucket",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
        "AWS::StepFunctions::StateMachine",
    }
)
"""What must have them; anything else has what the base has."""
STAGE = "stage"


def look(subject: Subject) -> Iterator[Looked]:
    """Each resource that must have tags, or has some in either. What is wrong with many alike is told of the first."""
    for stack in subject.candidate.stacks:
        told = [(resource, _wrong(subject, stack, resource)) for resource in stack.resources.values()]
        alike = Counter(wrong for _, wrong in told if wrong)
        for resource, wrong in told:
            if wrong is None:
                continue  # nobody wants tags of it
            others = alike.pop(wrong, 0) - 1
            many = f", and of {others} others in {stack.name}" if others > 0 else ""
            yield looked(resource, Wrong(f"tags are missing or others: {wrong}{many}", "Tags") if others >= 0 else None)


def _wrong(subject: Subject, stack: Stack, resource: Resource) -> str | None:
    """What is wrong with its tags in words, "" if nothing is, or None if it needs none."""
    old, now = subject.before(resource), tags(resource)
    before = (tags(old) if old and old.type == resource.type else None) or {}
    if resource.type not in TAGGED and now is None and not before:
        return None
    wanted = dict(before)
    if resource.type in TAGGED or now is not None:
        wanted |= dict(subject.delivery.tags) | ({STAGE: stack.stage} if stack.stage else {})
    there = now or {}
    return "; ".join(
        f"{key} is {_or_nothing(there.get(key))}, not {said(value)}"
        for key, value in wanted.items()
        if there.get(key) != value
    )


def _or_nothing(value: Json) -> str:
    return "nothing" if value is None else said(value)
