"""Entries of a merge queue, and pull requests, never end each other's runs: each has a group of its own."""

from collections.abc import Iterator
from itertools import islice

from pipeline.gates.workflow.asking import required_jobs
from pipeline.gates.workflow.events import forks, runs, share
from pipeline.gates.workflow.expression import NoExpression, truth, value_of
from pipeline.gates.workflow.model import Concurrency, Workflow
from pipeline.gates.workflow.rule import Found, Look, Rule

_ASKED = (
    ("merge_group", "all entries of the merge queue", runs),
    ("pull_request", "all pull requests", runs),
    ("pull_request", "pull requests from branches of one name, as forks have them,", forks),
)


def _check(look: Look) -> Iterator[Found]:
    proofs = {(workflow.path, job.id) for _, workflow, job in required_jobs(look.now)}
    for workflow in look.now.workflows:
        held = [(workflow.concurrency, workflow.jobs), *((job.concurrency, (job,)) for job in workflow.jobs)]
        for group, jobs in held:
            if group is not None:
                proves = any((workflow.path, job.id) in proofs for job in jobs)
                yield from islice(_collisions(workflow, group, proves=proves), 1)


def _collisions(workflow: Workflow, group: Concurrency, *, proves: bool) -> Iterator[Found]:
    where = f"{workflow.path}:{group.line}"
    for event, who, two in _ASKED:
        if event not in workflow.triggers:
            continue
        try:
            same = share(group.group, *two(event, workflow.name))
            cancels = truth(value_of(group.cancels, runs(event)[0])) is not False and group.cancels != "false"
        except NoExpression as problem:
            yield Found(where, f"group: {problem}")
            continue
        # Even where nothing is cancelled, GitHub keeps one run of a group waiting and drops the others.
        if same and (cancels or proves or event == "merge_group"):
            yield Found(where, f"{who} share the group {group.group!r}, and end each other's runs")


RULE = Rule(
    id="queue-entries-collide",
    what="a concurrency group that entries of the merge queue share, or pull requests where it cancels or is required",
    why="the queue throws out an entry whose run was cancelled; forks call their branches alike, so a name is no group",
    fix="put `github.event.pull_request.number || github.sha` into the group: the number is empty in a merge group",
    models="W20; osac#727, freenet#5170",
    check=_check,
)
