"""A build runs in an image that AWS keeps, or in one that is named by its digest."""

import re
from collections.abc import Iterator

from pipeline.gates.guard.facts.builds import PROJECT
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, said

ABOUT = About(
    kind="pipeline",
    what="A build's image is one of CodeBuild's own, or named by its digest",
    why="whoever moves the tag of an image runs with the roles of every build, and nothing in the source changes",
    fix="take CodeBuild's own image again, or name the image with @sha256:…",
    models="A custom image without a digest in the pipeline; W01 for containers",
    needs="the pipeline",
)
WHERE = "Environment.Image"
OURS = re.compile(r"aws/codebuild/[\w-]+:[\w.-]+")
"""The images that CodeBuild keeps (CodeBuild user guide, "Docker images provided by CodeBuild")."""
PINNED = re.compile(r".+@sha256:[0-9a-f]{64}")
FLOATING = re.compile(r".*:(latest|edge|nightly|dev|main)")


def look(subject: Subject) -> Iterator[Looked]:
    """Each build project."""
    for project in subject.of_candidate(PROJECT):
        yield looked(project, _wrong(project, subject.before(project)), _registry(project))


def _wrong(project: Resource, old: Resource | None) -> Wrong | None:
    image = project.at("Environment", "Image")
    text = said(image)
    if (OURS.fullmatch(text) and not FLOATING.fullmatch(text)) or PINNED.fullmatch(text):
        return None
    was = old.at("Environment", "Image") if old else None
    return Wrong(f"its image {changed(was, image)}, which may be another tomorrow", WHERE)


def _registry(project: Resource) -> Wrong | None:
    """Credentials of a registry of one's own come with images of one's own."""
    if project.at("Environment", "RegistryCredential") is None or PINNED.fullmatch(
        said(project.at("Environment", "Image"))
    ):
        return None
    return Wrong(
        "it takes an image from a registry of its own, by a name that may move", "Environment.RegistryCredential"
    )
