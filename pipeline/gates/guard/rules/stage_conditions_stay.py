"""What a stage asks before it begins, and does when it fails, stays; no stage may be left out."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.journey import journey_before, journeys
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed
from pipeline.gates.openapi.node import Json, Mapped, listed, mapped

ABOUT = About(
    kind="pipeline",
    what="Conditions of a stage that the base release has are still there, and none lets a stage be skipped",
    why="a condition that skips ends a stage well that has done nothing, gates and approvals included",
    fix="bring the condition back, and let it FAIL or ROLLBACK; SKIP and RETRY hide what happened",
    models="Stage conditions dropped or turned to SKIP; a failing gate that is asked until it says yes",
    needs="the pipeline",
)
MOMENTS = ("BeforeEntry", "OnSuccess", "OnFailure")
HIDING = ("SKIP", "RETRY")


def look(subject: Subject) -> Iterator[Looked]:
    """Each stage of each pipeline."""
    for journey in journeys(subject.candidate):
        old = journey_before(subject, journey)
        before = dict(zip(old.names, old.stages, strict=True)) if old else {}
        for name, stage in zip(journey.names, journey.stages, strict=True):
            wrong = (*_hides(name, stage), *_gone(name, before.get(name, {}), stage), *_actions(name, stage))
            yield looked(journey.resource, *wrong)


def _hides(name: str, stage: Mapped) -> Iterator[Wrong]:
    for moment in MOMENTS:
        for result in _results(stage.get(moment)):
            if result in HIDING:
                yield Wrong(f"{moment} says {result}", f"Stages.{name}.{moment}")


def _results(moment: Json) -> list[Json]:
    return [at(moment, "Result"), *(at(each, "Result") for each in listed(at(moment, "Conditions")))]


def _gone(name: str, old: Mapped, new: Mapped) -> Iterator[Wrong]:
    for moment in MOMENTS:
        before, after = old.get(moment), new.get(moment)
        rules = [_rules(each) for each in listed(at(after, "Conditions"))]
        if before is not None and after is None:
            yield Wrong(f"what it does {moment} is gone: {changed(before, after)}", f"Stages.{name}.{moment}")
        elif any(_rules(each) not in rules for each in listed(at(before, "Conditions"))):
            yield Wrong(f"a condition {moment} is gone: {changed(before, after)}", f"Stages.{name}.{moment}")
        elif at(before, "Result") is not None and at(before, "Result") != at(after, "Result"):
            yield Wrong(f"its result {changed(at(before, 'Result'), at(after, 'Result'))}", f"Stages.{name}.{moment}")
    if listed(old.get("Blockers")) and not listed(new.get("Blockers")):
        yield Wrong("its blockers are gone", f"Stages.{name}.Blockers")


def _rules(condition: Json) -> tuple[Json, ...]:
    return (at(condition, "Result"), *(mapped(each).get("Name") for each in listed(at(condition, "Rules"))))


def _actions(name: str, stage: Mapped) -> Iterator[Wrong]:
    """CodePipeline has no word for an action that may fail; one that would be new is refused until it is known."""
    for action in listed(stage.get("Actions")):
        for word in ("ContinueOnFailure", "OnFailure", "Condition", "Optional"):
            if at(action, word) is not None:
                yield Wrong(f"{at(action, 'Name')} says {word}", f"Stages.{name}")
