"""A workflow gives nothing to all its jobs: `permissions: {}` at its top, and what a job needs at the job."""

from collections.abc import Iterator

from pipeline.gates.workflow.model import ALL, scopes
from pipeline.gates.workflow.rule import Found, Look, Rule


def _check(look: Look) -> Iterator[Found]:
    for workflow in look.now.workflows:
        node = workflow.node.at("permissions")
        where = f"{workflow.path}:{node.line if node else 1}"
        if workflow.permissions is None:
            yield Found(where, "no `permissions: {}` at its top, so every job has what the repository gives by default")
        elif workflow.permissions:
            given = ", ".join(f"{scope}: {access}" for scope, access in workflow.permissions.items())
            yield Found(
                where,
                f"gives {given.replace(f'{ALL}: ', 'all: ')} to all its jobs",
                told=not any(scopes(workflow.permissions)),
            )
        for job in workflow.jobs:
            if job.permissions is not None and ALL in job.permissions:
                yield Found(f"{workflow.path}:{job.line}", f"job {job.id!r} has {job.permissions[ALL]}-all")


RULE = Rule(
    id="permissions-are-open",
    what="a workflow without `permissions: {}`, one that lets all its jobs write, or a job with read-all or write-all",
    why="a step that is taken over has all that its job may do",
    fix="write `permissions: {}` at the top, and the scopes that a job needs at the job",
    models="W07",
    check=_check,
)
