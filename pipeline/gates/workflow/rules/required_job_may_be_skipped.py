"""A required job runs whenever it is asked: GitHub takes a job that was skipped for a success."""

from collections.abc import Iterator

from pipeline.gates.workflow.asking import required_jobs
from pipeline.gates.workflow.events import holds, runs_after_failure
from pipeline.gates.workflow.model import Job, Step, Workflow
from pipeline.gates.workflow.required import Check
from pipeline.gates.workflow.rule import Found, Look, Rule


def _check(look: Look) -> Iterator[Found]:
    for check, workflow, job in required_jobs(look.now):
        for one in (job, *workflow.before(job)):
            yield from _conditions(check, workflow, one)
        yield from _unsaid(workflow, job)
        yield from _failing(look, check, workflow, job)
        for step in job.steps:
            yield from _step(check, workflow, step)


def _conditions(check: Check, workflow: Workflow, job: Job) -> Iterator[Found]:
    where = f"{workflow.path}:{job.line}"
    for event in check.events:
        if not holds(job.condition, event):
            yield Found(
                where, f"job {job.id!r} may be skipped on {event} by `if: {job.condition}`, which counts as a success"
            )
    matrix = job.node.at("strategy", "matrix")
    if matrix and any("${{" in one.text() for one in matrix.walk()):
        yield Found(where, f"job {job.id!r} has a matrix that is known only as it runs: an empty one is a success")


def _unsaid(workflow: Workflow, job: Job) -> Iterator[Found]:
    missing = [name for name in job.needs if workflow.job(name) is None]
    if missing:
        yield Found(f"{workflow.path}:{job.line}", f"job {job.id!r} needs {', '.join(missing)}, which is not there")


def _failing(look: Look, check: Check, workflow: Workflow, job: Job) -> Iterator[Found]:
    """Where what a job needs fails, the job is skipped. That stops a change only if what failed is required, too."""
    for event in check.events:
        asked = {(one.path, each.id) for other, one, each in required_jobs(look.now) if event in other.events}
        open_ends = [one.id for one in workflow.before(job) if (workflow.path, one.id) not in asked]
        if open_ends and not runs_after_failure(job.condition, event):
            yield Found(
                f"{workflow.path}:{job.line}",
                f"job {job.id!r} is skipped on {event} where {', '.join(open_ends)} fails, which counts as a success: "
                "it needs what is not required itself",
            )


def _step(check: Check, workflow: Workflow, step: Step) -> Iterator[Found]:
    if step.run.strip() not in check.run:
        return
    for event in check.events:
        if not holds(step.condition, event):
            yield Found(f"{workflow.path}:{step.line}", f"`{step.run.strip()}` may be skipped on {event} by its `if`")


RULE = Rule(
    id="required-job-may-be-skipped",
    what="a required job, one that it needs, or one of its proofs with a condition that may not hold; a required job "
    "that needs one which is not required",
    why="GitHub reports a job that was skipped as a success, and so a required check is passed by not running",
    fix="take the condition away, or let it hold for each event that asks for the check; require what it needs, too "
    "(.github/required.toml and the ruleset), or let it run whatever happened (`if: ${{ !cancelled() }}`)",
    models="W15, W16",
    check=_check,
)
