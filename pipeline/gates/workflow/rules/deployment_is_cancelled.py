"""Nothing ends a deployment, or what runs on main, before its end."""

from collections.abc import Iterator

from pipeline.gates.workflow.events import runs
from pipeline.gates.workflow.expression import NoExpression, truth, value_of
from pipeline.gates.workflow.filters import asked_at_main
from pipeline.gates.workflow.model import Concurrency, Job, Workflow
from pipeline.gates.workflow.roles import deploys
from pipeline.gates.workflow.rule import Found, Look, Rule


def _check(look: Look) -> Iterator[Found]:
    for workflow in look.now.workflows:
        deploying = [job for job in workflow.jobs if deploys(job)]
        yield from _held(workflow, workflow.concurrency, deploying)
        for job in workflow.jobs:
            yield from _held(workflow, job.concurrency, [job] if deploys(job) else [])


def _held(workflow: Workflow, group: Concurrency | None, deploying: list[Job]) -> Iterator[Found]:
    if group is None:
        return
    where = f"{workflow.path}:{group.line}"
    events = tuple(workflow.triggers) if deploying else asked_at_main(workflow)
    for event in events:
        if _cancels(group, event):
            what = f"job {deploying[0].id!r}, which deploys," if deploying else f"what runs on {event}"
            yield Found(where, f"a newer run ends {what} before its end (`cancel-in-progress: {group.cancels}`)")
            return


def _cancels(group: Concurrency, event: str) -> bool:
    try:
        return truth(value_of(group.cancels, runs(event)[0])) is not False and group.cancels != "false"
    except NoExpression:
        return True


RULE = Rule(
    id="deployment-is-cancelled",
    what="`cancel-in-progress` that is true, or may be, for a deployment or for what runs on main",
    why="a deployment that is cut off leaves half a release; a commit on main whose run was ended was never tested",
    fix="say false there; an expression may cancel runs of pull requests alone",
    models="W19",
    check=_check,
)
