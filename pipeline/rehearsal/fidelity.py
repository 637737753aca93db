"""How true a rehearsal is: which kinds of action and resource run for real, are emulated, or don't run, and why.

A kind that no table lists is refused: what the rehearsal doesn't know must never pass by being skipped.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import starmap
from typing import Literal

from pipeline.record.events import FidelityNoted, Needs
from pipeline.rehearsal.errors import Problem, Unreadable
from pipeline.rehearsal.read.assembly import Assembly, Stack
from pipeline.rehearsal.spec import Pipeline

type Level = Literal["real", "emulated", "not exercised"]

_ORDER: Mapping[Level, int] = {"real": 0, "emulated": 1, "not exercised": 2}


@dataclass(frozen=True)
class Coverage:
    """How true the rehearsal is about one kind of thing, and why it is not truer.

    `needs` is what a run must have come to before that is true of it; None where the kind itself says so: an action
    must have begun, a resource been deployed.
    """

    level: Level
    why: str
    needs: Needs | None = None


@dataclass(frozen=True)
class Tables:
    """What is known: action types (`Build/AWS/CodeBuild/1`), resource types (`AWS::Lambda::Function`), and the rest.

    `always` are subjects that no assembly names and every reader should know, such as a role's grants.
    """

    actions: Mapping[str, Coverage]
    resources: Mapping[str, Coverage]
    always: Mapping[str, Coverage] = field(default_factory=dict)


def assess(assembly: Assembly, pipeline: Pipeline, tables: Tables) -> tuple[FidelityNoted, ...]:
    """What to tell of this assembly, the truest first; Unreadable names every kind that `tables` doesn't list.

    The pipeline's own stack is told as one subject: its template is what runs, its resources serve nobody.
    """
    unknown = (*_unknown_actions(pipeline, tables), *_unknown_resources(assembly, tables))
    if unknown:
        raise Unreadable.of(unknown)
    told = {**_actions(pipeline, tables), **_resources(assembly, pipeline, tables), **tables.always}
    told |= {item.subject: Coverage("not exercised", item.why) for item in pipeline.unexercised}
    return tuple(sorted(starmap(_note, told.items()), key=lambda note: (_ORDER[note.level], note.subject)))


def _note(subject: str, coverage: Coverage) -> FidelityNoted:
    """The claim. What is never exercised is not exercised however far a run comes, so it needs nothing."""
    needs = coverage.needs if coverage.needs and coverage.level != "not exercised" else Needs()
    return FidelityNoted(subject, coverage.level, coverage.why, needs)


def _unknown_actions(pipeline: Pipeline, tables: Tables) -> Iterator[Problem]:
    for kind in dict.fromkeys(action.type for _, action in pipeline.actions()):
        if kind not in tables.actions:
            what = f"nothing is known of the action type {kind}"
            yield Problem(str(pipeline.template), "", what, "write a runner for it, and list how true it is")


def _unknown_resources(assembly: Assembly, tables: Tables) -> Iterator[Problem]:
    for stack in assembly.stacks:
        for resource in stack.template.resources.values():
            if resource.type not in tables.resources:
                path = f"Resources.{resource.logical_id}.Type"
                what = f"nothing is known of the resource type {resource.type}"
                yield Problem(
                    str(stack.template.path), path, what, "list it, at least as not exercised with its reason"
                )


def _actions(pipeline: Pipeline, tables: Tables) -> dict[str, Coverage]:
    kinds = {action.type: f"{action.category}/{action.provider}" for _, action in pipeline.actions()}
    return {f"action {kind}": _needing(tables.actions[kind], Needs("action", begun)) for kind, begun in kinds.items()}


def _needing(coverage: Coverage, otherwise: Needs) -> Coverage:
    return coverage if coverage.needs else replace(coverage, needs=otherwise)


def _resources(assembly: Assembly, pipeline: Pipeline, tables: Tables) -> dict[str, Coverage]:
    told: dict[str, Coverage] = {}
    for stack in assembly.stacks:
        if stack.template.path == pipeline.template:
            told[f"stack {stack.name}"] = Coverage("not exercised", _own_stack(stack))
        else:
            kinds = dict.fromkeys(resource.type for resource in stack.template.resources.values())
            told |= {kind: _needing(tables.resources[kind], Needs("resource", kind)) for kind in kinds}
    return told


def _own_stack(stack: Stack) -> str:
    count = len(stack.template.resources)
    return f"its pipeline is read and run here; its {count} resources, their roles and keys among them, do no work"
