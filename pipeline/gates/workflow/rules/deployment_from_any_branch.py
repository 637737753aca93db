"""What deploys is started by what is on main, and by nothing else that is pushed or chosen."""

from collections.abc import Iterator

from pipeline.gates.workflow.events import holds_elsewhere
from pipeline.gates.workflow.filters import ELSEWHERE, lets_in
from pipeline.gates.workflow.model import Job, Workflow
from pipeline.gates.workflow.roles import deploys
from pipeline.gates.workflow.rule import Found, Look, Rule

_CHOSEN = ("workflow_dispatch", "release", "create")
"""Who starts these says of which branch or tag, and may have made it a moment ago."""


def _check(look: Look) -> Iterator[Found]:
    for workflow, job in look.now.jobs():
        if not deploys(job):
            continue
        where = f"{workflow.path}:{job.line}"
        pushed = workflow.triggers.get("push")
        if pushed is not None and lets_in(pushed, ELSEWHERE) and _runs_elsewhere(workflow, job, "push"):
            yield Found(where, f"job {job.id!r} deploys what is pushed to any branch")
        if job.environment in _guarded(look):
            continue
        for event in _CHOSEN:
            if event in workflow.triggers and _runs_elsewhere(workflow, job, event):
                asked = f"the environment {job.environment!r}, which is new," if job.environment else "no environment"
                yield Found(where, f"job {job.id!r} deploys whatever {event} names, in {asked} which no one guards")


def _runs_elsewhere(workflow: Workflow, job: Job, event: str) -> bool:
    """Whether neither the job nor one that it waits for asks for main."""
    conditions = [job.condition, *(one.condition for one in workflow.before(job))]
    return all(holds_elsewhere(one, ELSEWHERE, event) is not False for one in conditions)


def _guarded(look: Look) -> frozenset[str]:
    """Environments that stand already: GitHub makes one that is named for the first time, open to every branch."""
    return frozenset(job.environment for _, job in look.base.jobs() if job.environment) if look.base else frozenset()


RULE = Rule(
    id="deployment-from-any-branch",
    what="a job that deploys and is started by a push to whatever branch, or for a branch that who starts it chooses",
    why="what is on a branch has been read by nobody, and passed no check that was required",
    fix="let `on: push: branches: [main]` start it, or ask `github.ref == 'refs/heads/main'` in its `if`",
    models="W18; R15",
    check=_check,
)
