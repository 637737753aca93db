"""A job that the base release asked of every change, or before a deployment, is still there and still waited for."""

from collections.abc import Iterator

from pipeline.gates.workflow.asking import required
from pipeline.gates.workflow.expression import without_templates
from pipeline.gates.workflow.filters import asked_of_pull_requests
from pipeline.gates.workflow.model import Job, Workflow
from pipeline.gates.workflow.roles import deploys
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.shell import commands_in
from pipeline.gates.workflow.tree import Tree
from pipeline.gates.workflow.words import is_check


def _check(look: Look) -> Iterator[Found]:
    if look.base is None:
        return
    known = {(check.workflow, check.name) for check in required(look.base)}
    for workflow, job in look.base.jobs():
        proves = asked_of_pull_requests(workflow) or workflow.triggers.keys() & {"push"}
        if (workflow.path, job.check) not in known and proves:
            yield from _same(look.now, workflow, job)


def _same(now: Tree, workflow: Workflow, job: Job) -> Iterator[Found]:
    held = [(one, new) for one, new in now.jobs() if (new.check == job.check or new.id == job.id)]
    new = next((pair for pair in held if pair[0].path == workflow.path), held[0] if held else None)
    if new is None:
        yield Found(f"{workflow.path}:1", f"the job {job.check!r} is gone; the base release had it")
        return
    where = f"{new[0].path}:{new[1].line}"
    for event in ("pull_request", "merge_group", "push"):
        if event in workflow.triggers and event not in new[0].triggers:
            yield Found(where, f"{event} no longer starts the job {job.check!r}")
    lost = sorted({one.id for one in workflow.before(job)} - {one.id for one in new[0].before(new[1])})
    if lost and deploys(job):
        yield Found(where, f"the job {job.check!r} deploys, and no longer waits for {', '.join(lost)}")
    elif lost:
        yield Found(where, f"the job {job.check!r} no longer waits for {', '.join(lost)}", told=True)
    yield from _commands(where, job, new[1])


def _commands(where: str, old: Job, new: Job) -> Iterator[Found]:
    """A check that is no longer run refuses where the job runs fewer of them; what only changed is told."""
    before, after = _checks(old), _checks(new)
    for command in before:
        if command not in after:
            told = len(after) >= len(before)
            yield Found(where, f"the job {old.check!r} no longer runs `{' '.join(command)[:80]}`", told=told)


def _checks(job: Job) -> list[tuple[str, ...]]:
    commands = [words for step in job.steps for _, words in commands_in(without_templates(step.run))]
    return [words for words in commands if is_check(words)]


RULE = Rule(
    id="job-is-gone",
    what="a job that the base release ran on changes and that is gone, not started any more, or not waited for",
    why="the graph of jobs is what stands between a change and production",
    fix="bring the job, its trigger or its `needs` back; if the job is not needed any more, waive this first",
    models="W15, W16, W20; a deployment that overtakes its tests",
    check=_check,
    against_base=True,
)
