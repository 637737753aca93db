"""No `continue-on-error`: a job or step that failed has failed."""

from collections.abc import Iterator

from pipeline.gates.workflow.rule import Found, Look, Rule


def _check(look: Look) -> Iterator[Found]:
    for workflow, job in look.now.jobs():
        if job.continues not in ("", "false"):
            yield Found(f"{workflow.path}:{job.line}", f"job {job.id!r} goes on after a failure (`{job.continues}`)")
    for path, step in look.now.steps():
        if step.continues not in ("", "false"):
            told = step.name or step.uses or step.run
            yield Found(f"{path}:{step.line}", f"step {told!r} goes on after a failure (`{step.continues}`)")


RULE = Rule(
    id="failure-is-ignored",
    what="`continue-on-error` on a job or a step",
    why="the failure is green on the page, and to whoever waits for the job",
    fix="take it away; let a step that may fail say so in its own command, and end as it should",
    models="W15",
    check=_check,
)
