"""No gate is asked less, later, or for nothing."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.gates import Asked, gates_of
from pipeline.gates.guard.facts.journey import Journey, journey_before, journeys
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="pipeline",
    what="Every gate of the plan and of the base release is asked in its stage, and before what it guards",
    why="a change that its gate no longer sees, or sees when it is out, is not stopped by it",
    fix="ask the gate again in its stage (pipeline/plan/delivery.py), before what it guards",
    models="R14 and the rows X: a gate removed, moved later, or asked of nothing",
    needs="the pipeline",
)
BUILD = "Build"
ALWAYS = ("lint", "unit", "contract", "scan", "guard")
"""Gates of Build without which nothing is delivered, whatever plan and base say."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each pipeline, and each gate that it asks."""
    for journey in journeys(subject.candidate):
        asked = tuple(gates_of(journey))
        yield looked(journey.resource, *_planned(subject, asked), *_kept(subject, journey, asked))
        yield looked(journey.resource, *_stages_without(subject, asked))
        for each in asked:
            yield looked(journey.resource, *_in_time(journey, each))


def _planned(subject: Subject, asked: tuple[Asked, ...]) -> Iterator[Wrong]:
    known = {each.key for each in asked}
    planned = dict.fromkeys(
        [*((name, BUILD) for name in ALWAYS), *((gate.name, s) for s, gate in subject.delivery.gates())]
    )
    for name, stage in planned:
        if (name, stage) not in known:
            yield Wrong(f"{stage} does not ask the gate {name}", f"Stages.{stage}")


def _kept(subject: Subject, journey: Journey, asked: tuple[Asked, ...]) -> Iterator[Wrong]:
    """What the base asked: in the same stage, or an earlier one."""
    old = journey_before(subject, journey)
    for before in gates_of(old) if old else ():
        same = [each for each in asked if each.gate == before.gate]
        if not same:
            yield Wrong(
                f"the gate {before.gate}, which the base release asks in {before.action.stage}, is gone", "Stages"
            )
        elif before.key not in {each.key for each in same} and before.action.stage in journey.names:
            earliest = min(same, key=lambda each: each.action.position)
            if earliest.action.number > journey.names.index(before.action.stage):
                told = f"the gate {before.gate} is asked in {earliest.action.stage}, no longer in {before.action.stage}"
                yield Wrong(told, earliest.action.where)
            elif before.stage:
                yield Wrong(f"the gate {before.gate} is no longer asked of {before.stage}", "Stages")


def _stages_without(subject: Subject, asked: tuple[Asked, ...]) -> Iterator[Wrong]:
    """A stage that asks nothing after it has deployed has tried nothing."""
    for stage in subject.delivery.stages:
        if not any(each.action.stage == stage.name for each in asked):
            yield Wrong(f"{stage.name} asks no gate of what it deployed", f"Stages.{stage.name}")


def _in_time(journey: Journey, asked: Asked) -> Iterator[Wrong]:
    action = asked.action
    deployed = [each.position for each in journey.actions if each.deploys and each.stage == action.stage]
    if deployed and action.position <= max(deployed):
        yield Wrong(f"the gate {asked.gate} is asked before {action.stage} is deployed", action.where)
    if asked.stage and asked.stage != action.stage:
        yield Wrong(f"the gate {asked.gate} is asked of {asked.stage} in {action.stage}", action.where)
    if deployed and not asked.stage:
        yield Wrong(f"the gate {asked.gate} does not say which stage it is asked of", action.where)
    if not deployed and any(each.deploys and each.position < action.position for each in journey.actions):
        yield Wrong(f"the gate {asked.gate} is asked when a stage is deployed already", action.where)
