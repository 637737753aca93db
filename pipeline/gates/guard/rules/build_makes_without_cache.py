"""What is delivered is made of its commit alone, and of nothing that another build left behind."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.builds import PROJECT
from pipeline.gates.guard.facts.gates import gates_of
from pipeline.gates.guard.facts.journey import journeys
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said

ABOUT = About(
    kind="pipeline",
    what="A build that makes, publishes or deploys takes no cache, which other builds have written",
    why="whoever gets into one build then gets into what all later ones deliver",
    fix="leave the cache to builds that ask a gate and make nothing",
    models="W12 in CodeBuild: a cache restored where artifacts are made",
    needs="the pipeline",
)
NONE = (None, "NO_CACHE")


def look(subject: Subject) -> Iterator[Looked]:
    """Each build of a pipeline that asks no gate."""
    for journey in journeys(subject.candidate):
        asking = {asked.action.where for asked in gates_of(journey)}
        for action in journey.actions:
            project = journey.project(action)
            if project and project.type == PROJECT and (action.where not in asking or action.outputs):
                kind = project.at("Cache", "Type")
                yield looked(project, None if kind in NONE else Wrong(f"it takes a cache ({said(kind)})", "Cache"))
