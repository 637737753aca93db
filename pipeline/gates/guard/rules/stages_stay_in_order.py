"""The stages of the pipeline are those of the base release and of the plan, in their order, with the gates first."""

from collections.abc import Iterator, Sequence

from pipeline.gates.guard.facts.gates import gates_of
from pipeline.gates.guard.facts.journey import Journey, journey_before, journeys
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="pipeline",
    what="Every stage of the base release and of the plan is there, in order, and nothing stands before the gates",
    why="a stage that is gone tries nothing, and what stands before the gates is done for a commit that none has seen",
    fix="bring the stages back in their order: pipeline/plan/delivery.py says it, pipeline/cloud walks it",
    models="R14: a stage removed, moved, or put before the gates",
    needs="the pipeline",
)
FEWEST_DEPLOYMENTS = 2
"""A release is tried in one stage, at least, before it comes to customers."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each pipeline."""
    for journey in journeys(subject.candidate):
        wrong = [*_planned(subject, journey), *_before_gates(journey), *_empty(journey)]
        if old := journey_before(subject, journey):
            wrong += _kept(old.names, journey.names, "the base release")
        yield looked(journey.resource, *wrong)


def _planned(subject: Subject, journey: Journey) -> Iterator[Wrong]:
    yield from _kept([step.name for step in subject.delivery.steps], journey.names, "the plan")
    deploying = {action.stage for action in journey.actions if action.deploys}
    for stage in subject.delivery.stages:
        if stage.name in journey.names and stage.name not in deploying:
            yield Wrong(f"{stage.name} deploys nothing", f"Stages.{stage.name}")
    if len(deploying) < FEWEST_DEPLOYMENTS:
        yield Wrong(f"{len(deploying)} stages deploy: a release must be tried before it comes to customers", "Stages")


def _kept(before: Sequence[str], now: Sequence[str], of: str) -> Iterator[Wrong]:
    for name in before:
        if name not in now:
            yield Wrong(f"{of} has a stage {name}, which is gone", "Stages")
    kept = [name for name in before if name in now]
    order = sorted(kept, key=now.index)
    if kept != order:
        yield Wrong(f"the order of the stages is {', '.join(order)}; by {of} it is {', '.join(kept)}", "Stages")


def _before_gates(journey: Journey) -> Iterator[Wrong]:
    """What runs before the gates that look at the change itself: there is only the source."""
    first = next((asked.action.number for asked in gates_of(journey)), None)
    if first is None:
        yield Wrong("it asks no gate", "Stages")
        return
    for action in journey.actions:
        if action.number < first and action.category != "Source":
            yield Wrong(f"{action.where} runs before the first gate", action.where)


def _empty(journey: Journey) -> Iterator[Wrong]:
    acting = {action.stage for action in journey.actions}
    for name in journey.names:
        if name not in acting:
            yield Wrong(f"{name} has no actions", f"Stages.{name}")
