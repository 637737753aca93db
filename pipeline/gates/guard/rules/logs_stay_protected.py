"""What logs may show, and to whom, is no more than in the base."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.api import FUNCTION
from pipeline.gates.guard.facts.logs import GROUP, TOLD, group_of
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed, said
from pipeline.gates.openapi.node import Json, listed

ABOUT = About(
    kind="logs",
    what="A log group has the key and masks the personal data that the base's has; so has one that a function moves to",
    why="who reads logs reads what customers told us, from the first line that slips through on",
    fix="bring back the encryption key and the data protection policy (pipeline/cloud/service/log_protection.py)",
    models="A log group's key or data protection policy removed",
    needs="nothing",
)
KEY, POLICY = "KmsKeyId", "DataProtectionPolicy"


def look(subject: Subject) -> Iterator[Looked]:
    """Each log group that both have, and each function that logs into another one now."""
    for old in subject.of_base(GROUP):
        new = subject.after(old)
        if new and new.type == GROUP:
            yield looked(new, *_wrong(old, new))
    for stack in subject.candidate.stacks:
        for function in stack.all(FUNCTION):
            before, earlier = subject.stack_before(stack), subject.before(function)
            was = group_of(before, earlier) if before and earlier else None
            now = group_of(stack, function)
            if was and now and was.logical_id != now.logical_id:
                yield looked(function, *_wrong_behind(was, now))


def _wrong_behind(old: Resource, new: Resource) -> Iterator[Wrong]:
    """What is wrong with the group that a function moves to, from one to the other."""
    for wrong in _wrong(old, new):
        yield Wrong(f"it logs into {new.logical_id}, and not into {old.logical_id}: {wrong.what}", ".".join(TOLD))


def _wrong(old: Resource, new: Resource) -> Iterator[Wrong]:
    if old.at(KEY) is not None and new.at(KEY) is None:
        yield Wrong(f"no key of ours closes it any more: {changed(old.at(KEY), None)}", KEY)
    lost = sorted(_masked(old.at(POLICY)) - _masked(new.at(POLICY)))
    if lost:
        yield Wrong(f"it shows what was masked: {', '.join(lost)}", POLICY)


def _masked(policy: Json) -> set[str]:
    """The data identifiers that a policy masks; `Audit` alone shows them."""
    statements = [each for each in listed(at(policy, "Statement")) if at(each, "Operation", "Deidentify") is not None]
    return {_name(value) for each in statements for value in listed(at(each, "DataIdentifier"))}


def _name(identifier: Json) -> str:
    return said(identifier).rpartition("/")[2]
