"""The pipeline that runs is the one that its commit says, before it publishes or deploys anything."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.builds import build_of
from pipeline.gates.guard.facts.journey import Action, Journey, journeys
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="pipeline",
    what="After the gates of Build, and before anything is published, the pipeline brings itself up to date",
    why="a pipeline that stays as it was runs gates and stages that its commit no longer has, or not those it brought",
    fix="leave self_mutation of CDK Pipelines switched on (pipeline/cloud/pipeline_stack.py)",
    models="Self-mutation switched off, or put behind a deployment",
    needs="the pipeline",
)
UPDATES = ("cdk", "-a", ".", "deploy")


def look(subject: Subject) -> Iterator[Looked]:
    """Each pipeline."""
    for journey in journeys(subject.candidate):
        updating = [action for action in journey.actions if _updates(journey, action)]
        yield looked(journey.resource, *_wrong(journey, updating))


def _updates(journey: Journey, action: Action) -> bool:
    """Whether a build deploys the stack that the pipeline stands in, from the assembly that it was given."""
    project = journey.project(action)
    commands = [command.text.split() for command in build_of(project).commands] if project else []
    return any(tuple(words[:4]) == UPDATES and journey.stack.name in words[4:] for words in commands)


def _wrong(journey: Journey, updating: list[Action]) -> Iterator[Wrong]:
    if not updating:
        yield Wrong("nothing brings it up to date", "Stages")
        return
    (first, *_) = updating
    for action in journey.actions:
        if action.number < first.number and (action.deploys or _publishes(journey, action)):
            yield Wrong(f"{action.where} runs before it is up to date", action.where)


def _publishes(journey: Journey, action: Action) -> bool:
    project = journey.project(action)
    return project is not None and any("cdk-assets" in each.text for each in build_of(project).commands)
