"""Entries of a merge queue, and pull requests, never end each other's runs: each has a group of its own."""

from collections.abc import Iterator

from pipeline.gates.workflow.events import runs
from pipeline.gates.workflow.expression import NoExpression, text_of, truth, value_of
from pipeline.gates.workflow.model import Concurrency, Workflow
from pipeline.gates.workflow.rule import Found, Look, Rule


def _check(look: Look) -> Iterator[Found]:
    for workflow in look.now.workflows:
        for group in (workflow.concurrency, *(job.concurrency for job in workflow.jobs)):
            if group is not None:
                yield from _collisions(workflow, group)


def _collisions(workflow: Workflow, group: Concurrency) -> Iterator[Found]:
    for event, who in (("merge_group", "entries of the merge queue"), ("pull_request", "pull requests")):
        if event not in workflow.triggers:
            continue
        try:
            first, second = (text_of(value_of(group.group, run)) for run in runs(event, workflow.name))
            cancels = truth(value_of(group.cancels, runs(event)[0])) is not False and group.cancels != "false"
        except NoExpression as problem:
            yield Found(f"{workflow.path}:{group.line}", f"group: {problem}")
            continue
        # Even where nothing is cancelled, GitHub keeps one run of a group waiting and drops the others.
        if first == second and (cancels or event == "merge_group"):
            yield Found(
                f"{workflow.path}:{group.line}", f"all {who} share the group {group.group!r}, and end each other's runs"
            )


RULE = Rule(
    id="queue-entries-collide",
    what="a concurrency group that all entries of the merge queue share, or all pull requests where it cancels",
    why="the queue waits for a check whose run was cancelled, and throws the entry out",
    fix="put `github.event.pull_request.number || github.sha` into the group: the number is empty in a merge group",
    models="W20; osac#727, freenet#5170",
    check=_check,
)
