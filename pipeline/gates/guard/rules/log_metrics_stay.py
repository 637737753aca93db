"""What is counted in the logs goes on being counted."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.alarms import firing_of, watch_of
from pipeline.gates.guard.facts.filters import takes_all_of
from pipeline.gates.guard.facts.rollout import ALARM
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed, said
from pipeline.gates.openapi.node import listed

ABOUT = About(
    kind="logs",
    what="Every metric that filters make of a log group in the base is still made of it, from no fewer lines",
    why="an alarm on a metric that nobody makes any more is quiet for ever",
    fix="bring the filter back; if what it counted is gone, too, waive it with a reason",
    models="R08: an alarm without data, because the filter behind it is gone or matches nothing",
    needs="nothing",
)
FILTER = "AWS::Logs::MetricFilter"


def look(subject: Subject) -> Iterator[Looked]:
    """Each filter of the base."""
    for old in subject.of_base(FILTER):
        stack = subject.candidate.stack(old.stack)
        alike = [new for new in (stack.all(FILTER) if stack else ()) if _metrics(new) == _metrics(old)]
        yield looked(old, _wrong(old, alike, may_be_more=stack is not None and not _is_measured_against(stack, old)))


def _wrong(old: Resource, alike: list[Resource], *, may_be_more: bool) -> Wrong | None:
    if any(_reads(new) == _reads(old) for new in alike):
        return None
    if may_be_more and any(_takes_more(old, new) for new in alike):
        return None
    same = _of_same_group(old, alike)
    if same is None:
        return Wrong(f"nothing counts {' and '.join(_metrics(old))} in this group any more")
    return Wrong(
        f"it counts other lines: {changed(old.at('FilterPattern'), same.at('FilterPattern'))}", "FilterPattern"
    )


def _takes_more(old: Resource, new: Resource) -> bool:
    """Whether it counts the same of the same group, and other lines besides."""
    same = all(new.at(name) == old.at(name) for name in ("LogGroupName", "MetricTransformations"))
    return same and takes_all_of(old.at("FilterPattern"), new.at("FilterPattern"))


def _is_measured_against(stack: Stack, old: Resource) -> bool:
    """Whether an alarm of the stack is quieter the more is counted: it looks for less, or reckons with it."""
    counted = set(_metrics(old))
    for alarm in stack.all(ALARM):
        watch = watch_of(alarm)
        seen = any(f"{each.namespace} {each.name}" in counted for each in watch.metrics)
        if seen and (watch.expressions or not firing_of(alarm).upwards):
            return True
    return False


def _of_same_group(old: Resource, alike: list[Resource]) -> Resource | None:
    """The filter that counts the same of the same group, by other lines."""
    return next((new for new in alike if new.at("LogGroupName") == old.at("LogGroupName")), None)


def _metrics(of: Resource) -> list[str]:
    told = listed(of.at("MetricTransformations"))
    return [f"{said(at(each, 'MetricNamespace'))} {said(at(each, 'MetricName'))}" for each in told]


def _reads(of: Resource) -> object:
    return of.at("LogGroupName"), of.at("FilterPattern"), of.at("MetricTransformations")
