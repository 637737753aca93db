"""A job that runs what somebody proposes may not write: to no code, review or check, and it has no identity."""

from collections.abc import Iterator

from pipeline.gates.workflow.filters import asked_of_pull_requests
from pipeline.gates.workflow.model import ALL, Workflow, scopes
from pipeline.gates.workflow.proposed import proposed_code_in
from pipeline.gates.workflow.rule import Found, Look, Rule

_HARMLESS = frozenset({"issues", "security-events"})
"""A comment, or an upload of findings: seen by everybody, trusted by nothing."""
_REVIEWS = "pull-requests"
"""A comment as well, and a review that says yes, or takes back somebody's no: it depends on whose commands they are."""


def _check(look: Look) -> Iterator[Found]:
    for workflow in look.now.workflows:
        yield from _verdicts(workflow)
        if not asked_of_pull_requests(workflow):
            continue
        for scope, _ in scopes(workflow.permissions or {}):
            if scope not in (*_HARMLESS, _REVIEWS):
                yield Found(f"{workflow.path}:1", f"a pull request's jobs may write {scope.replace(ALL, 'everything')}")
        for job in workflow.jobs:
            for scope, _ in scopes(job.permissions or {}):
                if scope not in (*_HARMLESS, _REVIEWS):
                    told = f"a pull request's job {job.id!r} may write {scope.replace(ALL, 'everything')}"
                    yield Found(f"{workflow.path}:{job.line}", told)
            if code := proposed_code_in(look.now, workflow, job, _REVIEWS):
                told = f"a pull request's job {job.id!r} may write {_REVIEWS}, and runs what is proposed: {code}"
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
    what="`contents: write`, `id-token: write` or the like in a pull request's job, `pull-requests: write` in one that "
    "runs what is proposed; `checks: write` in any",
    why="tests of a change are its own code: they would push, agree to it in a review, sign in to the cloud, or report "
    "checks as passed",
    fix="give it `contents: read`; let a job without a checkout comment on what this one has kept, and another "
    "workflow, after the merge, do what else writes",
    models="W07, W08; S10, S11",
    check=_check,
)
