"""What logs may show, and to whom, is no more than in the base."""

from collections.abc import Iterator

from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed, said
from pipeline.gates.openapi.node import Json, listed

ABOUT = About(
    kind="logs",
    what="A log group has the key and masks the personal data that the base's has",
    why="who reads logs reads what customers told us, from the first line that slips through on",
    fix="bring back the encryption key and the data protection policy (pipeline/cloud/service/log_protection.py)",
    models="A log group's key or data protection policy removed",
    needs="nothing",
)
GROUP = "AWS::Logs::LogGroup"
KEY, POLICY = "KmsKeyId", "DataProtectionPolicy"


def look(subject: Subject) -> Iterator[Looked]:
    """Each log group that both have."""
    for old in subject.of_base(GROUP):
        new = subject.after(old)
        if new and new.type == GROUP:
            yield looked(new, *_wrong(old, new))


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
