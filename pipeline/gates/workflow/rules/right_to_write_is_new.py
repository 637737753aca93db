"""No job has the right to write to the code that the base release did not give it."""

from collections.abc import Iterator

from pipeline.gates.workflow.model import ALL, Job, Workflow, scopes
from pipeline.gates.workflow.rule import Found, Look, Rule

CODE = ("contents", ALL)


def _check(look: Look) -> Iterator[Found]:
    if look.base is None:
        return
    known = {(workflow.path, job.id) for workflow, job in look.base.jobs() if _writes(workflow, job)}
    for workflow, job in look.now.jobs():
        if _writes(workflow, job) and (workflow.path, job.id) not in known:
            yield Found(f"{workflow.path}:{job.line}", f"job {job.id!r} may write to the code; it could not before")


def _writes(workflow: Workflow, job: Job) -> bool:
    given = job.permissions if job.permissions is not None else workflow.permissions
    return any(scope in CODE for scope, _ in scopes(given or {}))


RULE = Rule(
    id="right-to-write-is-new",
    what="a job with `contents: write` (or write-all) that had it not in the base release",
    why="who may write to the code may push to a branch, move a tag, or put a file beside a release, unread",
    fix="give it `contents: read`; where a job must write, waive this first, in a change of its own, with the reason",
    models="W07; S10; unreviewed code on main",
    check=_check,
    against_base=True,
)
