"""Buckets, queues and topics answer over TLS alone."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.kept_policies import kept_policies
from pipeline.gates.guard.facts.statements import Statement
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="network",
    what="A bucket, queue or topic denies everybody who does not come by TLS",
    why="what is asked and answered can be read on the way",
    fix="enforce_ssl=True, or a Deny where aws:SecureTransport is false",
    models="CWE-319: aws:SecureTransport taken out of a policy",
    needs="every stage",
)
GUARDED = ("AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::SNS::Topic")
PUBLISH = "sns:publish"


def look(subject: Subject) -> Iterator[Looked]:
    """Each bucket, queue and topic, the pipeline's too."""
    for stack in subject.candidate.stacks:
        closed = {
            name
            for policy in kept_policies(stack)
            if any(_denies_plain(each) for each in policy.statements)
            for name in policy.guarded
        }
        for thing in stack.all(*GUARDED):
            is_closed = thing.logical_id in closed
            yield looked(thing, None if is_closed else Wrong("no policy denies those who come without TLS"))


def _denies_plain(statement: Statement) -> bool:
    return (
        not statement.allows
        and not statement.but
        and any(action == "*" or action == PUBLISH or action.endswith(":*") for action in statement.actions)
        and any(who == "*" for _, who in statement.principals)
        and dict(statement.conditions) == {("bool", "aws:securetransport"): ("false",)}
    )
