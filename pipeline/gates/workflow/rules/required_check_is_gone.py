"""Each check that a change must have passed is there: one job of that name, asked by each of its events."""

from collections.abc import Iterator

from pipeline.gates.workflow.events import MAIN
from pipeline.gates.workflow.filters import NEEDED_TYPES, PATHS, matches, reaches_main
from pipeline.gates.workflow.model import Job, Workflow
from pipeline.gates.workflow.required import FILE, Check, NotReadable, required_in
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.tree import Tree
from pipeline.gates.workflow.yaml_text import Node


def _check(look: Look) -> Iterator[Found]:
    try:
        checks = required_in(look.now.texts).check
    except NotReadable as problem:
        yield Found(f"{FILE}:1", str(problem))
        return
    if not checks:
        yield Found(f"{FILE}:1", "nothing is required of a change")
    for check in checks:
        yield from _one(look.now, check)


def _one(tree: Tree, check: Check) -> Iterator[Found]:
    jobs = [(one, job) for one, job in tree.jobs() if job.check == check.name]
    here = [(one, job) for one, job in jobs if one.path == check.workflow]
    if not here:
        yield Found(f"{check.workflow}:1", f"no job is called {check.name!r}, so what must have passed never reports")
        return
    yield from _twins(check, jobs, here[0])
    workflow = here[0][0]
    for event in check.events:
        if event not in workflow.triggers:
            why = f"`{event}` does not start it, so {check.name!r} never reports there"
            yield Found(_where(workflow, workflow.node.at("on")), why)
        elif event == "schedule":
            yield from _hours(workflow, check)
        else:
            yield from _filtered(workflow, event, check.name)


def _twins(check: Check, jobs: list[tuple[Workflow, Job]], kept: tuple[Workflow, Job]) -> Iterator[Found]:
    """Of what is asked by the clock or by hand nobody takes one success for another: nothing waits for it."""
    waiting = set(check.events) - {"schedule", "workflow_dispatch"}
    for one, job in jobs:
        if (one, job) != kept and set(one.triggers) & waiting:
            yield Found(
                f"{one.path}:{job.line}", f"a second job is called {check.name!r}: its success stands for the first's"
            )


def _hours(workflow: Workflow, check: Check) -> Iterator[Found]:
    """A 31 February never comes: the hours are those that were agreed upon."""
    trigger = workflow.triggers["schedule"]
    asked = {cron.text() for entry in trigger.entries() if (cron := entry.at("cron"))}
    for hour in check.schedule:
        if hour not in asked:
            there = ", ".join(sorted(asked)) or "none"
            yield Found(_where(workflow, trigger), f"{check.name!r} is not asked at `{hour}`: there is {there}")


def _filtered(workflow: Workflow, event: str, name: str) -> Iterator[Found]:
    trigger = workflow.triggers[event]
    for key in PATHS:
        if node := trigger.at(key):
            yield Found(
                _where(workflow, node), f"`{key}` of {event}: where it lets nothing through, {name!r} never reports"
            )
    if event in ("pull_request", "push", "merge_group") and not reaches_main(trigger):
        yield Found(_where(workflow, trigger), f"{event} asks {name!r} of nothing that goes to {MAIN}")
    types = trigger.at("types")
    if event == "pull_request" and types and not set(types.texts()) >= NEEDED_TYPES:
        lost = ", ".join(sorted(NEEDED_TYPES - set(types.texts())))
        yield Found(_where(workflow, types), f"{name!r} is not asked when a pull request is {lost}")
    if event == "merge_group" and types and not matches(types.texts(), "checks_requested"):
        yield Found(_where(workflow, types), f"{name!r} is not asked when the merge queue requests checks")


def _where(workflow: Workflow, node: Node | None) -> str:
    return f"{workflow.path}:{node.line if node else 1}"


RULE = Rule(
    id="required-check-is-gone",
    what="a check of .github/required.toml without its job, with a second job of its name, or not asked by its events",
    why="a check that never reports blocks everyone or, where it is then no longer required, stops nobody",
    fix="bring the job, its name and its triggers back, without filters of paths",
    models="W15, W16, W20; a merge queue without its trigger (osac#727, freenet#5170); good change 12",
    check=_check,
)
