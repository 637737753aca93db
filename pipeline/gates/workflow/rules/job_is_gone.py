"""A job that the base release asked of every change, or before a deployment, is still there and still waited for."""

from collections.abc import Iterator

from pipeline.gates.workflow.asking import required
from pipeline.gates.workflow.events import holds
from pipeline.gates.workflow.expression import without_templates
from pipeline.gates.workflow.filters import asked_of_pull_requests
from pipeline.gates.workflow.model import Job, Workflow
from pipeline.gates.workflow.roles import deploys
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.shell import commands_in
from pipeline.gates.workflow.tree import Tree
from pipeline.gates.workflow.words import is_check, is_inline, is_test_runner


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
    yield from _conditions(workflow, job, *new)


def _commands(where: str, old: Job, new: Job) -> Iterator[Found]:
    """Fewer checks refuse, and tests with other arguments: those choose. What only changed besides is told."""
    before, after = _checks(old), _checks(new)
    for command in before:
        if command not in after:
            chosen = is_test_runner(command) and any(one[0] == command[0] for one in after)
            told = len(after) >= len(before) and not chosen
            yield Found(where, f"the job {old.check!r} no longer runs `{' '.join(command)[:80]}`", told=told)


def _checks(job: Job) -> list[tuple[str, ...]]:
    commands = [words for step in job.steps for _, words in commands_in(without_templates(step.run))]
    return [words for words in commands if is_check(words) and not is_inline(words)]


def _conditions(workflow: Workflow, old: Job, now: Workflow, new: Job) -> Iterator[Found]:
    """What was run whenever it was asked may not be skipped now. A deployment may become choosier."""
    events = [event for event in workflow.triggers if event in now.triggers]
    if not deploys(old) and _choosier(old.condition, new.condition, events):
        yield Found(f"{now.path}:{new.line}", f"the job {old.check!r} may be skipped now (`if: {new.condition}`)")
    steps = {step.run.strip(): step for step in new.steps if step.run}
    for step in old.steps:
        same = steps.get(step.run.strip()) if step.run else None
        if same and _choosier(step.condition, same.condition, events):
            yield Found(
                f"{now.path}:{same.line}", f"`{step.run.strip()[:60]}` may be skipped now (`if: {same.condition}`)"
            )


def _choosier(old: str | None, new: str | None, events: list[str]) -> bool:
    return any(holds(old, event) is True and holds(new, event) is not True for event in events)


RULE = Rule(
    id="job-is-gone",
    what="a job of the base release that is gone, not started or waited for, may be skipped, or runs fewer checks",
    why="the graph of jobs is what stands between a change and production",
    fix="bring the job, its trigger or its `needs` back; if the job is not needed any more, waive this first",
    models="W15, W16, W20; a deployment that overtakes its tests",
    check=_check,
    against_base=True,
)
