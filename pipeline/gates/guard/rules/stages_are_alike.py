"""Stages differ where the plan's settings say so, and nowhere else."""

from collections.abc import Iterator, Mapping

from pipeline.gates.guard.facts.differences import explained
from pipeline.gates.guard.facts.twins import PARTS, Twin, differences, twins
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said
from pipeline.gates.openapi.node import Json
from pipeline.plan.model import Stage

ABOUT = About(
    kind="parity",
    what="Every resource, variable and setting of one stage is in the others, alike but for what settings explain",
    why="what was tried in one stage is not what runs in the next",
    fix="do the same in every stage, or make it a setting of the plan and say so in guard/facts/differences.py",
    models="An environment variable, alarm, function or setting missing in one stage",
    needs="every stage",
)
THERE = ""
"""The place of whether a resource is there at all."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each resource, under what it is called in every stage; told at the stage that stands alone, or at the last."""
    stages = {stage.name: stage for stage in subject.delivery.stages}
    for of_stages in twins(subject.candidate, subject.delivery).values():
        for key in dict.fromkeys(key for twin in of_stages for key in twin.resources):
            yield from _looked(key, of_stages, stages)


def _looked(key: str, of_stages: tuple[Twin, ...], stages: Mapping[str, Stage]) -> Iterator[Looked]:
    there = {twin.stack.stage: twin.resources[key] for twin in of_stages if key in twin.resources}
    wrong: dict[str, list[Wrong]] = {stage: [] for stage in there}
    for path, values in _unlike(of_stages, there):
        kinds = {resource.type for resource in there.values()}
        if not any(explained(f"{kind} {key} {path}".rstrip(), values, stages) for kind in kinds):
            stage = _alone(values, there)
            wrong[stage].append(Wrong(_told(path, values), path))
    for stage, resource in there.items():
        yield looked(resource, *wrong[stage])


def _unlike(of_stages: tuple[Twin, ...], there: Mapping[str, Resource]) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """The places in which the stages' resources differ, with each stage's value."""
    if len(there) < len(of_stages):
        yield THERE, {twin.stack.stage: twin.stack.stage in there for twin in of_stages}
    by_stage = {twin.stack.stage: twin for twin in of_stages}
    bodies: dict[str, Json] = {
        stage: {part: by_stage[stage].value(resource.body.get(part)) for part in ("Type", *PARTS)}
        for stage, resource in there.items()
    }
    yield from differences(bodies)


def _alone(values: Mapping[str, Json], there: Mapping[str, Resource]) -> str:
    """The stage whose value no other has, if it is the only one and has the resource; the last that has it, if not."""
    alone = [stage for stage, value in values.items() if sum(value == other for other in values.values()) == 1]
    return alone[0] if len(alone) == 1 and alone[0] in there else list(there)[-1]


def _told(path: str, values: Mapping[str, Json]) -> str:
    if path == THERE:
        have = [stage for stage, value in values.items() if value]
        lack = [stage for stage, value in values.items() if not value]
        return f"it is in {', '.join(have)}, and not in {', '.join(lack)}"
    return "; ".join(f"{stage} has {'nothing' if value is None else said(value)}" for stage, value in values.items())
