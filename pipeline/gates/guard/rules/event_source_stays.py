"""What feeds a function goes on feeding it, and hands back only what failed."""

from collections.abc import Iterator
from math import inf

from pipeline.gates.guard.facts.amounts import is_on, number
from pipeline.gates.guard.facts.functions import MAPPING, TIMEOUT, function_of
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, names_in, said
from pipeline.gates.openapi.node import texts

ABOUT = About(
    kind="events",
    what="Every event source is on, reports the items of a batch that failed, and keeps the base's bounds and filters",
    why="messages are left lying, done twice, or dropped, and no request shows it",
    fix="bring the setting back in pipeline/cloud/service/worker_function.py, or waive it with a reason",
    models="An event source disabled or without ReportBatchItemFailures, bisect, filter or maximum concurrency; "
    "two files in a batch, and time for one",
    needs="every stage",
)
REPORTS = "ReportBatchItemFailures"
FIXED = ("EventSourceArn", "StartingPosition", "FilterCriteria", "DestinationConfig")
"""What must be as it was: another source or position skips records, another filter drops messages, and without a
destination what failed at last is gone."""
TIMES = 2
"""By how much the time that a message has may shrink, when a batch grows. A function that was fed one at a time is made
for one, and must have as much for each of them (Lambda developer guide, "Using Lambda with Amazon SQS": the batch has
to be handled within the function's timeout)."""
WITHOUT_END = -1
"""What Lambda calls a bound that is none, which is what holds if nothing is said (AWS::Lambda::EventSourceMapping)."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each event source mapping of either."""
    for stack in subject.candidate.stacks:
        for mapping in stack.all(MAPPING):
            old = subject.before(mapping)
            yield looked(mapping, *_invariants(old, mapping), *(_against(subject, old, mapping) if old else ()))
    for old in subject.of_base(MAPPING):
        if (new := subject.after(old)) is None or new.type != MAPPING:
            yield looked(old, Wrong(f"nothing feeds {said(old.at('FunctionName'))} any more"))


def _invariants(old: Resource | None, mapping: Resource) -> Iterator[Wrong]:
    if not is_on(mapping.at("Enabled"), default=True):
        yield Wrong("it is turned off", "Enabled")
    reported = old is not None and REPORTS in texts(old.at("FunctionResponseTypes"))
    several = number(mapping.at("BatchSize")) != 1
    if (several or reported) and REPORTS not in texts(mapping.at("FunctionResponseTypes")):
        yield Wrong(f"one item that fails brings its whole batch back: no {REPORTS}", "FunctionResponseTypes")


def _against(subject: Subject, old: Resource, new: Resource) -> Iterator[Wrong]:
    for name in FIXED:
        if old.at(name) != new.at(name) and not (name == "DestinationConfig" and old.at(name) is None):
            yield Wrong(f"it is another: {changed(old.at(name), new.at(name))}", name)
    if is_on(old.at("BisectBatchOnFunctionError")) and not is_on(new.at("BisectBatchOnFunctionError")):
        yield Wrong("one bad record holds up its whole batch", "BisectBatchOnFunctionError")
    if set(names_in(old.at("FunctionName"))) - set(names_in(new.at("FunctionName"))):
        told = changed(old.at("FunctionName"), new.at("FunctionName"))
        yield Wrong(f"it feeds another function, or past its alias: {told}", "FunctionName")
    yield from _bounds(subject, old, new)


def _bounds(subject: Subject, old: Resource, new: Resource) -> Iterator[Wrong]:
    most = ("ScalingConfig", "MaximumConcurrency")
    was, now = number(old.at(*most)), number(new.at(*most))
    if was is not None and (now is None or now > TIMES * was or now < was / TIMES):
        yield Wrong(f"another bound on how many run at once: {changed(old.at(*most), new.at(*most))}", ".".join(most))
    for name in ("MaximumRetryAttempts", "MaximumRecordAgeInSeconds"):
        tries, had = _bound(new, name), _bound(old, name)
        if tries != had and (tries is None or had is None or tries == inf or tries < had):
            yield Wrong(f"another bound on what is tried: {changed(old.at(name), new.at(name))}", name)
    size, had = number(new.at("BatchSize"), 10), number(old.at("BatchSize"), 10)
    if size is not None and had is not None and size > had and _is_short(subject, (old, had), (new, size)):
        told = changed(old.at("BatchSize"), new.at("BatchSize"))
        yield Wrong(f"more in a batch, in the same time: {told}", "BatchSize")


def _bound(mapping: Resource, name: str) -> float | None:
    told = number(mapping.at(name), WITHOUT_END)
    return inf if told == WITHOUT_END else told


def _is_short(subject: Subject, old: tuple[Resource, float], new: tuple[Resource, float]) -> bool:
    """Whether there is much less time for each message of a batch than there was."""
    before, after = _timeout(subject, old[0], base=True), _timeout(subject, new[0], base=False)
    if before is None or after is None:
        return new[1] > TIMES * old[1]
    return after / new[1] < before / old[1] / (1 if old[1] == 1 else TIMES)


def _timeout(subject: Subject, mapping: Resource, *, base: bool) -> float | None:
    assembly = subject.base if base else subject.candidate
    stack = assembly.stack(mapping.stack) if assembly else None
    function = function_of(stack, mapping.at("FunctionName")) if stack else None
    return number(function.at("Timeout"), TIMEOUT) if function else None
