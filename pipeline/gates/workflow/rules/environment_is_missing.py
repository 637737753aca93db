"""What deploys does so in an environment: its reviewers and its branches are GitHub's gate before production."""

from collections.abc import Iterator

from pipeline.gates.workflow.model import Job
from pipeline.gates.workflow.roles import deploying, has_cloud_identity
from pipeline.gates.workflow.rule import Found, Look, Rule


def _check(look: Look) -> Iterator[Found]:
    for workflow, job in look.now.jobs():
        if job.environment is None and (why := _why(job)):
            yield Found(f"{workflow.path}:{job.line}", f"job {job.id!r} deploys ({why}) in no environment")
    if look.base is None:
        return
    now = {(workflow.path, job.id): job for workflow, job in look.now.jobs()}
    for workflow, old in look.base.jobs():
        new = now.get((workflow.path, old.id))
        if old.environment and new and new.environment != old.environment:
            now_in = f"now in {new.environment!r}" if new.environment else "and is in none now"
            yield Found(
                f"{workflow.path}:{new.line}", f"job {old.id!r} was in environment {old.environment!r}, {now_in}"
            )


def _why(job: Job) -> str:
    if has_cloud_identity(job):
        return "id-token: write"
    return next(deploying(job), "")


RULE = Rule(
    id="environment-is-missing",
    what="a job that deploys and names no environment, or another one than in the base release",
    why="without it nobody is asked, from whatever branch, and a role that trusts the environment trusts everybody",
    fix="name the environment (`environment: prod`)",
    models="W18",
    check=_check,
)
