"""A job that runs what somebody proposes may not write: not to the code, not to checks, and it has no identity."""

from collections.abc import Iterator

from pipeline.gates.workflow.filters import asked_of_pull_requests
from pipeline.gates.workflow.model import ALL, Workflow, scopes
from pipeline.gates.workflow.rule import Found, Look, Rule

_HARMLESS = frozenset({"pull-requests", "issues", "security-events"})
"""A comment, or an upload of findings: seen by everybody, trusted by nothing."""


def _check(look: Look) -> Iterator[Found]:
    for workflow in look.now.workflows:
        yield from _verdicts(workflow)
        if not asked_of_pull_requests(workflow):
            continue
        for scope, _ in scopes(workflow.permissions or {}):
            if scope not in _HARMLESS:
                yield Found(f"{workflow.path}:1", f"a pull request's jobs may write {scope.replace(ALL, 'everything')}")
        for job in workflow.jobs:
            for scope, _ in scopes(job.permissions or {}):
                if scope not in _HARMLESS:
                    told = f"a pull request's job {job.id!r} may write {scope.replace(ALL, 'everything')}"
                    yield Found(f"{workflow.path}:{job.line}", told)


def _verdicts(workflow: Workflow) -> Iterator[Found]:
    """Whoever may write a check or a status may say that a required one has passed, from any event."""
    for job in workflow.jobs:
        for scope, _ in scopes({**(workflow.permissions or {}), **(job.permissions or {})}):
            if scope in ("checks", "statuses") and not asked_of_pull_requests(workflow):
                yield Found(
                    f"{workflow.path}:{job.line}", f"job {job.id!r} may report any check as passed ({scope}: write)"
                )


RULE = Rule(
    id="change-may-write",
    what="`contents: write`, `id-token: write` or the like in a pull request's job; `checks: write` in any",
    why="tests of a change are its own code: they would push, sign in to the cloud, or report checks as passed",
    fix="give it `contents: read`; let another workflow, after the merge, do what writes",
    models="W07, W08; S11",
    check=_check,
)
