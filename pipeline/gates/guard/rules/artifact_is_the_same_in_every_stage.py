"""A function's code is the same file in every stage, by its digest."""

from collections.abc import Iterator

from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said

ABOUT = About(
    kind="pipeline",
    what="Each function and layer runs the same asset in all stages, and its name is its digest",
    why="what is tried in one stage and what customers get are then two things",
    fix="make the bundle once for all stages (pipeline/cloud/inputs.py), not for each",
    models="R17, S08: not the artifact that was tested",
    needs="every stage",
)
KINDS = {"AWS::Lambda::Function": "Code", "AWS::Lambda::LayerVersion": "Content"}
DIGEST = 64
"""Hexadecimal digits of a SHA-256, which is what the CDK calls an asset."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each function of each stage, beside its like in the first stage that has it."""
    first: dict[tuple[str, str], tuple[str, str]] = {}
    for stack in subject.candidate.of_stages():
        for resource in stack.all(*KINDS):
            key = (stack.name.partition("/")[2], resource.logical_id)
            stage, code = first.setdefault(key, (stack.stage, _code(resource)))
            yield looked(resource, *_wrong(resource, stage, code))


def _code(resource: Resource) -> str:
    return said(resource.at(KINDS[resource.type], "S3Key"))


def _wrong(resource: Resource, stage: str, code: str) -> Iterator[Wrong]:
    own, where = _code(resource), KINDS[resource.type]
    name = own.removesuffix(".zip")
    if len(name) != DIGEST or set(name) - set("0123456789abcdef"):
        yield Wrong(f"its code is {own}, no asset that goes by its digest", where)
    elif own != code:
        yield Wrong(f"its code is {own}, but {code} in {stage}", where)
    if resource.at(where, "S3ObjectVersion") is not None:
        yield Wrong("it takes one version of an object, which no digest names", f"{where}.S3ObjectVersion")
