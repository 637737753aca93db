"""What feeds a function goes on feeding it, and hands back only what failed."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.amounts import is_less, is_on, number
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
    models="An event source disabled or without ReportBatchItemFailures, bisect, filter or maximum concurrency",
    needs="every stage",
)
REPORTS = "ReportBatchItemFailures"
FIXED = ("EventSourceArn", "StartingPosition", "FilterCriteria", "DestinationConfig")
"""What must be as it was: another source or position skips records, another filter drops messages, and without a
destination what failed at last is gone."""
TIMES = 2
"""By how much a batch may grow before its function needs more time."""


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
        tries, had = number(new.at(name), -1), number(old.at(name), -1)
        if tries != had and (tries is None or tries == -1 or is_less(new.at(name), old.at(name))):
            yield Wrong(f"another bound on what is tried: {changed(old.at(name), new.at(name))}", name)
    size, had = number(new.at("BatchSize"), 10), number(old.at("BatchSize"), 10)
    if size is not None and had is not None and size > TIMES * had and not _more_time(subject, old, new):
        told = changed(old.at("BatchSize"), new.at("BatchSize"))
        yield Wrong(f"more in a batch, in the same time: {told}", "BatchSize")


def _more_time(subject: Subject, old: Resource, new: Resource) -> bool:
    """Whether the function may take longer than before."""
    before, after = _timeout(subject, old, base=True), _timeout(subject, new, base=False)
    return before is not None and after is not None and after > before


def _timeout(subject: Subject, mapping: Resource, *, base: bool) -> float | None:
    assembly = subject.base if base else subject.candidate
    stack = assembly.stack(mapping.stack) if assembly else None
    function = function_of(stack, mapping.at("FunctionName")) if stack else None
    return number(function.at("Timeout"), TIMEOUT) if function else None
