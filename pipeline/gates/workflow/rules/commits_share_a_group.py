"""What tests a commit on main has a group of its own for each commit: none waits for another, so none is dropped."""

from collections.abc import Iterator

from pipeline.gates.workflow.asking import required_jobs
from pipeline.gates.workflow.events import runs, share
from pipeline.gates.workflow.expression import NoExpression
from pipeline.gates.workflow.filters import reaches_main
from pipeline.gates.workflow.model import Concurrency, Job, Workflow
from pipeline.gates.workflow.roles import deploys
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.tree import Tree


def _check(look: Look) -> Iterator[Found]:
    proofs = {(workflow.path, job.id) for _, workflow, job in required_jobs(look.now)}
    for workflow in _pushed(look.now):
        held = [(workflow.concurrency, workflow.jobs), *((job.concurrency, (job,)) for job in workflow.jobs)]
        for group, jobs in held:
            proves = any((workflow.path, job.id) in proofs for job in jobs)
            if group is not None and (proves or not any(map(deploys, jobs))):
                yield from _shared(workflow, group, jobs)


def _pushed(tree: Tree) -> Iterator[Workflow]:
    """The workflows that a push to main starts, and those that they call."""
    pushed = [one for one in tree.workflows if "push" in one.triggers and reaches_main(one.triggers["push"])]
    called = {job.uses.removeprefix("./") for one in pushed for job in one.jobs if job.uses.startswith("./")}
    yield from (one for one in tree.workflows if one in pushed or one.path in called)


def _shared(workflow: Workflow, group: Concurrency, jobs: tuple[Job, ...]) -> Iterator[Found]:
    where = f"{workflow.path}:{group.line}"
    whose = f"job {jobs[0].id!r}" if len(jobs) == 1 else f"{len(jobs)} jobs"
    try:
        if share(group.group, *runs("push", workflow.name)):
            yield Found(where, f"all commits on main share the group {group.group!r}: {whose} will not run for each")
    except NoExpression as problem:
        yield Found(where, f"group: {problem}")


RULE = Rule(
    id="commits-share-a-group",
    what="a concurrency group of what a push to main starts that is the same for two commits, and is no deployment's",
    why="of a group GitHub lets one run wait, and drops it when the next one comes, even where nothing is cancelled",
    fix="put `github.sha` into the group; what must queue is a deployment, in a job with its environment",
    models="W19; a commit on main that was never tested",
    check=_check,
)
