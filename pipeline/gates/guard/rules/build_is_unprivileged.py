"""No build runs privileged."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.builds import PROJECT
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed

ABOUT = About(
    kind="pipeline",
    what="No build project runs its container in privileged mode",
    why="whoever gets a command into a privileged build has the host, and the credentials of what runs beside it",
    fix="build without Docker: the bundles need none (pipeline/cloud/bundle.py)",
    models="I36: CodeBuild privileged",
    needs="the pipeline",
)
WHERE = ("Environment", "PrivilegedMode")


def look(subject: Subject) -> Iterator[Looked]:
    """Each build project."""
    for project in subject.of_candidate(PROJECT):
        value, old = project.at(*WHERE), subject.before(project)
        told = f"it is privileged: {changed(at(old.properties, *WHERE) if old else None, value)}"
        yield looked(project, None if value in (None, False, "false") else Wrong(told, ".".join(WHERE)))
