"""Releases follow one another through the pipeline, and a changed pipeline begins again."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.journey import PIPELINE
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed

ABOUT = About(
    kind="pipeline",
    what="The pipeline is of type V2, runs its releases one after another, and starts again when it has changed itself",
    why="two releases at once deploy over each other, and in parallel mode no stage can be rolled back",
    fix="let the plan's execution be QUEUED or SUPERSEDED, and leave the rest to pipeline/cloud/pipeline_stack.py",
    models="R16: execution mode PARALLEL",
    needs="the pipeline",
)
MODES = ("QUEUED", "SUPERSEDED")


def look(subject: Subject) -> Iterator[Looked]:
    """Each pipeline."""
    for pipeline in subject.of_candidate(PIPELINE):
        yield looked(pipeline, *_wrong(pipeline, subject.before(pipeline)))


def _wrong(pipeline: Resource, old: Resource | None) -> Iterator[Wrong]:
    expected = {"PipelineType": ("V2",), "ExecutionMode": MODES, "RestartExecutionOnUpdate": (True, "true")}
    for name, values in expected.items():
        value = pipeline.at(name)
        if value not in values:
            was = old.at(name) if old else None
            yield Wrong(f"{changed(was, value)}; it may be {' or '.join(map(str, values))}", name)
