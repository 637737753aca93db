"""Functions run as often at once as in the base, and none takes the account's room from the others."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.amounts import is_less, number
from pipeline.gates.guard.facts.api import ALIAS, FUNCTION
from pipeline.gates.guard.facts.functions import behind_api, fed_by_queues
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, said

ABOUT = About(
    kind="timeouts",
    what="What the API calls has more than one run reserved, nobody much less than before, all within the account's",
    why="reserved concurrency counts at once, for all versions and before any shift: the rest is throttled",
    fix="leave the share in pipeline/cloud/service/concurrency.py; lower it with figures of what runs at once",
    models="I26: reserved concurrency removed, 1 or 0, or more than the account has",
    needs="every stage",
)
RESERVED = "ReservedConcurrentExecutions"
PROVISIONED = ("ProvisionedConcurrencyConfig", "ProvisionedConcurrentExecutions")
LARGE = 100
"""Runs at once from which on a share is what the stage's peak is measured by: it keeps three quarters. Others half."""
UNRESERVED = 100
"""What Lambda keeps for all functions that reserve nothing (Lambda quotas)."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each function, each alias that the base provisions, and each stage's sum."""
    limits = {stage.name: stage.settings.concurrency_limit for stage in subject.delivery.stages}
    for stack in subject.candidate.of_stages():
        called = {function.logical_id for function in behind_api(stack)}
        fed = list(fed_by_queues(stack))
        for function in stack.all(FUNCTION):
            least = 2 if function.logical_id in called else 1
            yield looked(function, *_wrong(function, subject.before(function), least), *_starved(fed, function))
        for alias in stack.all(ALIAS):
            old = subject.before(alias)
            if old and old.at(*PROVISIONED) is not None:
                yield looked(alias, _colder(old, alias))
        yield _sum(stack, limits.get(stack.stage))


def _wrong(function: Resource, old: Resource | None, least: int) -> Iterator[Wrong]:
    was, now = (old.at(RESERVED) if old else None), function.at(RESERVED)
    runs, ran = number(now), number(was)
    if runs is None:
        if least > 1 or was is not None:
            yield Wrong(f"nothing is reserved for it: {changed(was, now)}", RESERVED)
    elif runs < least:
        yield Wrong(f"it runs {said(now)} times at once: {changed(was, now)}", RESERVED)
    elif ran is not None and runs < ran * (0.75 if ran >= LARGE else 0.5):
        kept = "three quarters" if ran >= LARGE else "half"
        yield Wrong(f"less than {kept} of before: {changed(was, now)}", RESERVED)


def _starved(fed: list[tuple[Resource, Resource, Resource]], function: Resource) -> Iterator[Wrong]:
    """Queues that would run it more often at once than it may: the rest is throttled, and counts as a try."""
    runs = number(function.at(RESERVED))
    for mapping, queue, its in fed:
        most = number(mapping.at("ScalingConfig", "MaximumConcurrency"))
        if its.logical_id == function.logical_id and runs is not None and most is not None and most > runs:
            yield Wrong(f"{queue.logical_id} runs it up to {most:g} times at once, and it may {runs:g}", RESERVED)


def _colder(old: Resource, new: Resource) -> Wrong | None:
    was, now = old.at(*PROVISIONED), new.at(*PROVISIONED)
    return Wrong(f"fewer are kept warm: {changed(was, now)}", PROVISIONED[0]) if is_less(now or 0, was) else None


def _sum(stack: Stack, limit: int | None) -> Looked:
    """The sum of what a stack reserves, against the quota that the plan states of its account."""
    reserved = sum(number(function.at(RESERVED), 0) or 0 for function in stack.all(FUNCTION))
    if limit is None or reserved <= limit - UNRESERVED:
        return Looked(stack.stage, stack.name)
    told = f"{reserved:g} runs are reserved, of {limit} that the account has and {UNRESERVED} that Lambda keeps"
    return Looked(stack.stage, stack.name, wrong=(Wrong(told, RESERVED),))
