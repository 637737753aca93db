"""Everything says whose it is."""

from collections.abc import Iterator, Mapping

from pipeline.gates.guard.facts.tags import tags
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
    """Each resource that must have tags, or has some in either."""
    for stack in subject.candidate.stacks:
        wanted: dict[str, Json] = dict(subject.delivery.tags)
        if stack.stage:
            wanted[STAGE] = stack.stage
        for resource in stack.resources.values():
            old = subject.before(resource)
            before = (tags(old) if old and old.type == resource.type else None) or {}
            now = tags(resource)
            if resource.type in TAGGED or now is not None or before:
                least = wanted if resource.type in TAGGED or now is not None else {}
                yield looked(resource, _wrong({**before, **least}, now or {}))


def _wrong(wanted: Mapping[str, Json], now: Mapping[str, Json]) -> Wrong | None:
    told = [
        f"{key} is {_or_none(now.get(key))}, not {said(value)}"
        for key, value in wanted.items()
        if now.get(key) != value
    ]
    return Wrong(f"tags are missing or others: {'; '.join(told)}", "Tags") if told else None


def _or_none(value: Json) -> str:
    return "nothing" if value is None else said(value)
