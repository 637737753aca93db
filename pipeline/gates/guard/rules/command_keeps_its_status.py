"""A build fails when something in it fails."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.builds import Build, builds
from pipeline.gates.guard.facts.shell import hidden
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said
from pipeline.gates.openapi.node import listed, mapped

ABOUT = About(
    kind="pipeline",
    what="No command of a build hides the status of another, and no phase goes on after a failure",
    why="the action is green though its gate said no, and the release goes on",
    fix="give each command a line of its own, and let its status stand",
    models="W15 in CodeBuild: `|| true`, pipes, `&`, `set +e`, on-failure CONTINUE",
    needs="the pipeline",
)


def look(subject: Subject) -> Iterator[Looked]:
    """Each command of each build."""
    for build in builds(subject.candidate):
        yield looked(build.project, *_phases(build), *_batch(build))
        for command in build.commands:
            where = f"BuildSpec.phases.{command.phase}"
            found = (Wrong(f"{reason}: {said(command.text)}", where) for reason in hidden(command.text))
            yield looked(build.project, *found)


def _phases(build: Build) -> Iterator[Wrong]:
    if build.spec is None:
        yield Wrong("its commands are not in the template: nobody knows what they hide", "Source.BuildSpec")
    for name, phase in build.phases.items():
        if str(phase.get("on-failure", "ABORT")).upper() != "ABORT":
            yield Wrong(f"on-failure is {said(phase.get('on-failure'))}", f"BuildSpec.phases.{name}.on-failure")


def _batch(build: Build) -> Iterator[Wrong]:
    """Builds of a batch may fail without making it fail."""
    batch = mapped((build.spec or {}).get("batch"))
    for kind in ("build-list", "build-graph", "build-matrix", "build-fanout"):
        parts = listed(batch.get(kind)) or [batch.get(kind)]
        if any(mapped(part).get("ignore-failure") not in (None, False, "false") for part in parts):
            yield Wrong("a build of the batch may fail", f"BuildSpec.batch.{kind}.ignore-failure")
