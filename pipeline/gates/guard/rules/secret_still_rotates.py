"""A secret that is changed from time to time goes on being changed, as often and by the same function."""

from collections.abc import Iterator

from pipeline.gates.guard.comparing import differs, number
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, named_by

ABOUT = About(
    kind="network",
    what="What rotates a secret in the base release rotates it in this one, as often and by the same function",
    why="a secret that leaked unseen is good for ever",
    fix="bring the rotation back (pipeline/cloud/service/key_renewal.py)",
    models="CWE-324: rotation of a secret switched off or made rarer",
    needs="nothing",
)
SCHEDULE, SECRET = "AWS::SecretsManager::RotationSchedule", "AWS::SecretsManager::Secret"
DAYS = ("RotationRules", "AutomaticallyAfterDays")
OFTEN = ("RotationRules", "ScheduleExpression")


def look(subject: Subject) -> Iterator[Looked]:
    """Each rotation of the base whose secret is still there."""
    for old in subject.of_base(SCHEDULE):
        stack = subject.candidate.stack(old.stack)
        secret = named_by(old.at("SecretId"))
        if stack is None or (secret is not None and secret not in stack.resources):
            continue
        same = (each for each in stack.all(SCHEDULE) if each.at("SecretId") == old.at("SecretId"))
        new = next(same, None)
        yield looked(new or old, *(_wrong(old, new) if new else (Wrong("nothing rotates the secret any more"),)))


def _wrong(old: Resource, new: Resource) -> Iterator[Wrong | None]:
    was, now = number(old.at(*DAYS)), number(new.at(*DAYS))
    if was is not None and new.at(*OFTEN) is None and (now is None or now > was):
        yield Wrong(f"it is rotated more rarely: days {changed(old.at(*DAYS), new.at(*DAYS))}", ".".join(DAYS))
    yield differs(new, old, *OFTEN)
    yield differs(new, old, "RotationLambdaARN")
