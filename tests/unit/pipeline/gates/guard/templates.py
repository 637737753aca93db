"""Subjects for rules: small templates written by hand, and the real ones with one thing changed."""

import marshal
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.gates.guard import doors
from pipeline.gates.guard.assembly import Assembly, Stack
from pipeline.gates.guard.looking import look_by
from pipeline.gates.guard.registry import rule
from pipeline.gates.guard.subject import Subject, promise_in
from pipeline.gates.openapi.node import Mapped
from pipeline.gates.part import Part
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import Delivery
from pipeline.record.verdict import Finding
from tests.unit.pipeline.gates.world import delivery

type Template = Any
"""A template's JSON, as loose as tests want to change it."""
type Change = Callable[[Template], None]

ROOT = Path(__file__).parents[5]
SMALL = delivery()
"""The plan of the small subjects: stages beta and prod."""


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    """A resource of type `AWS::<kind>`."""
    return {"Type": f"AWS::{kind}", "Properties": properties}


def assembly(**stages: Mapping[str, Any]) -> Assembly:
    """An assembly whose stages have these resources, in a stack `orders` each; `pipeline` is what stands outside."""
    stacks = [
        Stack("", "pipeline", {"Resources": dict(resources)}, {})
        if stage == "pipeline"
        else Stack(stage, f"{stage}/orders", {"Resources": dict(resources)}, {})
        for stage, resources in stages.items()
    ]
    return Assembly(Path("cdk.out"), tuple(stacks))


def subject(candidate: Assembly, base: Assembly | None = None, plan: Delivery = SMALL) -> Subject:
    """A small subject."""
    return Subject(plan, candidate, base)


def update(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Subject:
    """A release of prod that changes the properties of one resource, `It`, from `old` to `new`."""
    return subject(assembly(prod={"It": resource(kind, **new)}), assembly(prod={"It": resource(kind, **old)}))


def edited(original: Assembly, stack: str, change: Change) -> Assembly:
    """A copy whose `stack` (`prod/orders`, `pipeline`) has a template that `change` has worked on."""
    return replace(
        original, stacks=tuple(_edited(each, change) if each.name == stack else each for each in original.stacks)
    )


def _edited(stack: Stack, change: Change) -> Stack:
    document = marshal.loads(marshal.dumps(stack.document))  # noqa: S302 - of our own; twenty times as fast as deepcopy
    change(document)
    assert document != stack.document, "the change changes nothing: the test would prove nothing"
    return replace(stack, document=document)


def release(candidate: Assembly, base: Assembly | None = None, plan: Delivery = DELIVERY) -> Subject:
    """The real plan with a real assembly, as it is or edited, and what the API promises."""
    return Subject(plan, candidate, base, real_promise(), doors.read(ROOT))


@cache
def real_promise() -> Mapped:
    """The contract of this checkout."""
    return promise_in(ROOT)


def new_in(name: str, real: Assembly, change: Change, stack: str = "prod/orders") -> tuple[Finding, ...]:
    """What the rule called `name` finds after `change` that it did not find before, with the release as its base."""
    known = {finding.where for finding in found(name, release(real, real))}
    return tuple(each for each in found(name, release(edited(real, stack, change), real)) if each.where not in known)


def look(name: str, of: Subject) -> Part:
    """What the rule called `name` looked at and found, its blindness included."""
    return look_by([rule(name)], of)


def found(name: str, of: Subject) -> tuple[Finding, ...]:
    """What the rule called `name` found."""
    return look(name, of).findings


def first(document: Template, kind: str, starting: str = "") -> Template:
    """The first resource of type `AWS::<kind>` whose logical id starts so, to be changed."""
    return next(
        each
        for name, each in document["Resources"].items()
        if each["Type"] == f"AWS::{kind}" and name.startswith(starting)
    )
