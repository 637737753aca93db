"""A grant of a key for the sake of a service asks for what that service says when it uses the key."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.comparing import is_true
from pipeline.gates.guard.facts.holders import holders
from pipeline.gates.guard.facts.kept_policies import kept_policies
from pipeline.gates.guard.facts.statements import Statement, covers
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at
from pipeline.gates.openapi.node import listed

ABOUT = About(
    kind="iam",
    what="A grant of a key that asks for an encryption context, or for a service, asks for what that service says",
    why="a grant that never applies is none: the service is denied the key, and whatever it was to seal or to open",
    fix="with a bucket's key S3 says the bucket's ARN, without one each object's; ask for that, in the stage's region",
    models="Grants that never apply: an encryption context for a prefix of a bucket; a service of another region",
    needs="nothing",
)
CONTEXT, VIA = "kms:encryptioncontext:", "kms:viaservice"
S3 = "aws:s3:arn"
NAMED = {
    S3: ("AWS::S3::Bucket", "${%s.Arn}"),
    "aws:dynamodb:tablename": ("AWS::DynamoDB::Table", "${%s}"),
    "aws:sns:topicarn": ("AWS::SNS::Topic", "${%s}"),
    "aws:sqs:arn": ("AWS::SQS::Queue", "${%s.Arn}"),
    "secretarn": ("AWS::SecretsManager::Secret", "${%s}"),
}
"""What a service says of what it seals, and how a template writes that (AWS KMS developer guide and the services' own,
"Encryption context"; Amazon S3 user guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys")."""
EQUAL, LIKE = ("stringequals", "stringequalsignorecase"), ("stringlike", "arnlike", "arnequals")
KEY = "AWS::KMS::Key"
EACH_OBJECT = "/…"
PARTS_OF_A_NAME = 4
"""`s3.eu-west-1.amazonaws.com`: the service, its region, and AWS's own domain."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each role, user, group and policy of which a grant asks for a context or a service."""
    regions = {stage.name: stage.environment.region for stage in subject.delivery.stages}
    for stack in subject.candidate.stacks:
        region = regions.get(stack.stage, subject.delivery.environment.region)
        for resource, statements in _told(stack):
            asking = [each for each in statements if each.allows and _asks(each)]
            if asking:
                yield looked(resource, *(wrong for each in asking for wrong in _wrong(stack, region, each)))


def _told(stack: Stack) -> Iterator[tuple[Resource, tuple[Statement, ...]]]:
    for holder in holders(stack):
        yield holder.resource, holder.statements
    for policy in kept_policies(stack):
        yield policy.resource, policy.statements


def _asks(statement: Statement) -> bool:
    return any(key.startswith((CONTEXT, VIA)) for _, key in statement.conditions)


def _wrong(stack: Stack, region: str, grant: Statement) -> Iterator[Wrong]:
    for (operator, key), values in grant.conditions.items():
        if operator not in (*EQUAL, *LIKE):
            continue
        if key.startswith(CONTEXT) and key.removeprefix(CONTEXT) in NAMED:
            yield from _context(stack, key.removeprefix(CONTEXT), values, operator in LIKE)
        elif key == VIA and _is_of_a_key(stack, grant):
            for value in values:
                parts = value.split(".")
                if len(parts) == PARTS_OF_A_NAME and value.endswith(".amazonaws.com") and not covers(parts[1], region):
                    yield Wrong(f"no service asks as {value}: the key is in {region}")


def _is_of_a_key(stack: Stack, grant: Statement) -> bool:
    """Whether it is on keys of this stack alone."""
    keys = {f"${{{key.logical_id}.Arn}}" for key in stack.all(KEY)}
    return bool(grant.resources) and set(grant.resources) <= keys


def _context(stack: Stack, name: str, values: tuple[str, ...], by_pattern: bool) -> Iterator[Wrong]:
    """Wrong where values name something of the stack, and nothing is sealed or opened with any such context."""
    kind, written = NAMED[name]
    for thing in stack.resources.values():
        asked = [value for value in values if value.startswith(_references(thing))]
        said = written % thing.logical_id
        if name == S3 and not _has_its_key(thing):
            said += EACH_OBJECT
        if asked and not (thing.type == kind and any(_fits(value, said, by_pattern) for value in asked)):
            yield Wrong(f"{name} is never {' or '.join(asked)}: {_says(thing, kind, said)}")


def _fits(value: str, said: str, by_pattern: bool) -> bool:
    of_an_object = said.endswith(EACH_OBJECT) and value.startswith(said.removesuffix("…"))
    return of_an_object or (covers(value, said) if by_pattern else value == said)


def _says(thing: Resource, kind: str, said: str) -> str:
    return f"{thing.logical_id} is no {kind}" if thing.type != kind else f"the service says {said}"


def _references(thing: Resource) -> tuple[str, str]:
    return f"${{{thing.logical_id}}}", f"${{{thing.logical_id}."


def _has_its_key(bucket: Resource) -> bool:
    """Whether S3 seals a bucket's objects by a key of the bucket's own, which is sealed for the bucket as a whole."""
    rules = listed(bucket.at("BucketEncryption", "ServerSideEncryptionConfiguration"))
    return any(is_true(at(rule, "BucketKeyEnabled")) for rule in rules)
