"""What deploys runs only if all before it went well: no `always()`, `failure()` or `!cancelled()` on it."""

from collections.abc import Iterator

from pipeline.gates.workflow.asking import required_jobs
from pipeline.gates.workflow.events import SOMETHING_FAILED, holds
from pipeline.gates.workflow.expression import NoExpression, calls_in, templates_in
from pipeline.gates.workflow.model import Job, Workflow
from pipeline.gates.workflow.roles import deploys
from pipeline.gates.workflow.rule import Found, Look, Rule

_STATUS = frozenset({"success", "failure", "always", "cancelled"})


def _check(look: Look) -> Iterator[Found]:
    required = {(workflow.path, job.id) for _, workflow, job in required_jobs(look.now)}
    for workflow, job in look.now.jobs():
        here = f"{workflow.path}:{job.line}"
        if deploys(job) and _goes_on(job.condition, workflow):
            yield Found(here, f"job {job.id!r} deploys even if what it needs has failed (`if: {job.condition}`)")
        if (
            (workflow.path, job.id) in required
            and job.needs
            and _goes_on(job.condition, workflow)
            and not _asks_results(job)
        ):
            yield Found(here, f"job {job.id!r} is required, and passes even if what it needs has failed")
        if deploys(job):
            for step in job.steps:
                if step.run and _goes_on(step.condition, workflow):
                    yield Found(
                        f"{workflow.path}:{step.line}",
                        f"`{step.run.strip()[:60]}` is run in a deployment that has failed",
                        told=True,
                    )


def _goes_on(condition: str | None, workflow: Workflow) -> bool:
    """Whether a condition may hold after a failure. Without a status function it waits for success by itself."""
    if condition is None:
        return False
    try:
        inner = list(templates_in(condition)) or [condition]
        if not any(_STATUS & set(calls_in(one)) for one in inner):
            return False
    except NoExpression:
        return True
    return any(holds(condition, event, SOMETHING_FAILED) is not False for event in workflow.triggers)


def _asks_results(job: Job) -> bool:
    told = (
        [step.run for step in job.steps]
        + list(job.environ.values())
        + [v for step in job.steps for v in step.environ.values()]
    )
    return all(any(f"needs.{name}.result" in one or "needs.*.result" in one for one in told) for name in job.needs)


RULE = Rule(
    id="deployment-follows-failure",
    what="a job that deploys, or is required, with a condition that holds after a failure",
    why="`always()` lets a job run though the tests it waits for were refused",
    fix="take the status function away; a job that sums others up asks for each one's result",
    models="W15; `if: always()` that hides",
    check=_check,
)
