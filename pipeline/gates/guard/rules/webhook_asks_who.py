"""A build that a webhook starts asks who, where and what, by whole names."""

import re
from collections.abc import Iterator

from pipeline.gates.guard.facts.builds import PROJECT
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, said
from pipeline.gates.openapi.node import Json, listed

ABOUT = About(
    kind="pipeline",
    what="A webhook that starts a build names actors and branches whole, from ^ to $",
    why="a pattern without its ends takes an account whose number merely holds that of somebody who is trusted",
    fix="write each account and branch as ^…$, and let the pipeline's own source start its builds",
    models="I37: CodeBreach, a webhook's actor pattern without ^ and $",
    needs="nothing",
)
ACTOR, EVENT = "ACTOR_ACCOUNT_ID", "EVENT"
WHOLE = (ACTOR, "HEAD_REF", "BASE_REF", "REPOSITORY_NAME", "WORKFLOW_NAME", "TAG_NAME", "RELEASE_NAME")
ANYTHING = re.compile(r"\.[*+]")


def look(subject: Subject) -> Iterator[Looked]:
    """Each build project that a webhook starts."""
    for project in subject.of_candidate(PROJECT):
        if project.at("Triggers") is not None:
            yield looked(project, *_wrong(project))


def _wrong(project: Resource) -> Iterator[Wrong]:
    if project.at("Triggers", "Webhook") in (None, False, "false"):
        return
    groups = [listed(group) for group in listed(project.at("Triggers", "FilterGroups"))]
    if not groups:
        yield Wrong("anybody who may push or open a pull request starts it", "Triggers.FilterGroups")
    for group in groups:
        yield from _patterns(group)
        kinds = {str(at(each, "Type")) for each in group}
        if "PULL_REQUEST" in " ".join(said(at(each, "Pattern")) for each in group if at(each, "Type") == EVENT):
            if ACTOR not in kinds:
                yield Wrong("anybody's pull request starts it", "Triggers.FilterGroups")
        elif EVENT not in kinds and ACTOR not in kinds:
            yield Wrong("any event of anybody's starts it", "Triggers.FilterGroups")


def _patterns(group: list[Json]) -> Iterator[Wrong]:
    for each in group:
        kind, pattern = at(each, "Type"), said(at(each, "Pattern"))
        if at(each, "ExcludeMatchedPattern") in (True, "true"):
            if kind == ACTOR:
                yield Wrong(f"everybody but {pattern} starts it", "Triggers.FilterGroups")
        elif kind in WHOLE and not _whole(pattern):
            yield Wrong(f"the {kind} pattern {pattern} also takes what merely holds it", "Triggers.FilterGroups")
        elif kind == ACTOR and ANYTHING.search(pattern):
            yield Wrong(f"the {kind} pattern {pattern} takes anybody", "Triggers.FilterGroups")


def _whole(pattern: str) -> bool:
    """Whether each alternative is a whole name; ^(a|b)$ and ^a$|^b$ are, ^a|b$ is not."""
    if re.fullmatch(r"\^\((\?:)?[^()]*\)\$", pattern):
        return True
    return all(re.fullmatch(r"\^[^|]*\$", each) for each in pattern.split("|"))
