"""The pipeline delivers what comes to the main branch of its repository, and nothing else."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.journey import Action, Journey, journey_before, journeys
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed, said
from pipeline.gates.openapi.node import Json, listed, texts

ABOUT = About(
    kind="pipeline",
    what="There is one source: the plan's main branch, by the connection and repository of the base release",
    why="a branch that anybody may push to, or another repository, is delivered without a review",
    fix="set the plan's Source back to the reviewed branch (pipeline/plan/delivery.py)",
    models="R15: the source's branch changed to any branch",
    needs="the pipeline",
)
TRUNKS = ("main", "master", "trunk")
"""Names of a branch that rules protect. The plan is the candidate's own word."""
PROVIDER = "CodeStarSourceConnection"
CHOICES = ("branch", "branchname", "branch_name", "commit", "commitid", "commit_id", "revision")
KEPT = ("ConnectionArn", "FullRepositoryId", "BranchName")


def look(subject: Subject) -> Iterator[Looked]:
    """The source of each pipeline, and what starts it."""
    for journey in journeys(subject.candidate):
        sources = [action for action in journey.actions if action.category == "Source"]
        old = journey_before(subject, journey)
        before = next((each for each in old.actions if each.category == "Source"), None) if old else None
        if len(sources) != 1:
            yield looked(journey.resource, Wrong(f"it has {len(sources)} sources: one is reviewed", "Stages"))
        for action in sources:
            known = before.configuration.get("BranchName") if before else None
            yield looked(journey.resource, *_wrong(subject, action, known), *_changed(action, before))
        yield looked(journey.resource, *_triggers(journey, subject.delivery.source.branch))


def _wrong(subject: Subject, action: Action, known: Json) -> Iterator[Wrong]:
    """What is wrong with a source; `known` is the branch that the base release came from."""
    source, told = subject.delivery.source, action.configuration
    branch = told.get("BranchName")
    if action.provider != PROVIDER:
        yield Wrong(f"it is read by {action.provider}, not by {PROVIDER}", action.where)
    if branch not in (*TRUNKS, known):
        yield Wrong(
            f"it delivers the branch {said(branch)}, which is none of {', '.join(TRUNKS)}", f"{action.where}.BranchName"
        )
    elif branch != source.branch:
        yield Wrong(f"it delivers {said(branch)}: the plan says {source.branch}", f"{action.where}.BranchName")
    if told.get("FullRepositoryId") != source.repository:
        wrong = f"it delivers {said(told.get('FullRepositoryId'))}: the plan says {source.repository}"
        yield Wrong(wrong, f"{action.where}.FullRepositoryId")
    if str(told.get("DetectChanges", "true")).lower() != "true":
        yield Wrong("it does not see what comes to the branch", f"{action.where}.DetectChanges")


def _changed(action: Action, before: Action | None) -> Iterator[Wrong]:
    for name in KEPT:
        old, new = before.configuration.get(name) if before else None, action.configuration.get(name)
        if before and old != new:
            yield Wrong(f"{name} {changed(old, new)}", f"{action.where}.{name}")


def _triggers(journey: Journey, branch: str) -> Iterator[Wrong]:
    """What else starts the pipeline: pushes to the branch may, with a choice of files; nothing else."""
    for number, trigger in enumerate(listed(journey.resource.at("Triggers"))):
        where = f"Triggers.{number}"
        git = at(trigger, "GitConfiguration")
        if listed(at(git, "PullRequest")):
            yield Wrong("a pull request starts it, before anybody has reviewed it", f"{where}.PullRequest")
        for push in listed(at(git, "Push")):
            yield from _push(push, branch, where)
    for variable in listed(journey.resource.at("Variables")):
        if str(at(variable, "Name")).lower() in CHOICES:
            yield Wrong(f"whoever starts it chooses its {said(at(variable, 'Name'))}", "Variables")


def _push(push: Json, branch: str, where: str) -> Iterator[Wrong]:
    if at(push, "Tags") is not None:
        yield Wrong("a tag starts it, which stands on any branch", f"{where}.Push.Tags")
    if branch in texts(at(push, "Branches", "Excludes")):
        yield Wrong(f"a push to {branch} does not start it", f"{where}.Push.Branches")
    included = texts(at(push, "Branches", "Includes"))
    for name in included:
        if name != branch:
            yield Wrong(f"a push to {name} starts it", f"{where}.Push.Branches")
