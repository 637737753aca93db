"""What happens still reaches those who act on it."""

from collections.abc import Iterator, Mapping

from pipeline.gates.guard.facts.flows import BUCKET, RULE, SUBSCRIPTION
from pipeline.gates.guard.facts.messages import says_all_of
from pipeline.gates.guard.facts.patterns import taken_alone_by
from pipeline.gates.guard.facts.schedules import ends_sooner, runs_oftener, starts_later
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed, said
from pipeline.gates.openapi.node import listed

ABOUT = About(
    kind="events",
    what="Rules, pipes, schedules, subscriptions, notifications are on, as often, and pass on all that the base's do",
    why="nobody is told of what happened meanwhile, and nothing fails",
    fix="bring it back, or let a release go by in which nobody needs the event and waive it",
    models="A rule disabled, a pattern narrowed, a subscription or an S3 notification removed; a schedule of next year",
    needs="every stage",
)
PIPE, SCHEDULE = "AWS::Pipes::Pipe", "AWS::Scheduler::Schedule"
OFF: Mapping[str, tuple[str, str]] = {
    RULE: ("State", "DISABLED"),
    SCHEDULE: ("State", "DISABLED"),
    PIPE: ("DesiredState", "STOPPED"),
}
"""By type, where it says that it is off."""
SAME: Mapping[str, tuple[str, ...]] = {
    RULE: ("EventBusName",),
    SCHEDULE: ("ScheduleExpressionTimezone", "Target.Arn"),
    PIPE: (
        "Source",
        "Target",
        "Enrichment",
        "TargetParameters",
        "SourceParameters.FilterCriteria",
        "SourceParameters.DynamoDBStreamParameters.StartingPosition",
        "SourceParameters.DynamoDBStreamParameters.OnPartialBatchItemFailure",
        "SourceParameters.KinesisStreamParameters.StartingPosition",
        "SourceParameters.KinesisStreamParameters.OnPartialBatchItemFailure",
    ),
    SUBSCRIPTION: ("Endpoint", "Protocol", "RawMessageDelivery", "FilterPolicy", "FilterPolicyScope"),
}
"""By type, what must be as it was, since anything else is, passes or brings less, or something else."""
OFTEN, START, END = "ScheduleExpression", "StartDate", "EndDate"
PATTERN, MESSAGE = "EventPattern", ("Target", "Input")
NOTIFICATIONS = "NotificationConfiguration"


def look(subject: Subject) -> Iterator[Looked]:
    """Each of the candidate's, and each of the base's that is gone."""
    for resource in subject.of_candidate(*OFF, SUBSCRIPTION):
        old = subject.before(resource)
        yield looked(resource, *_off(resource), *(_less(old, resource) if old else ()))
    for old in subject.of_base(*OFF, SUBSCRIPTION, BUCKET):
        new = subject.after(old)
        if old.type == BUCKET:
            yield looked(old, *_untold(old, new))
        elif new is None or new.type != old.type:
            yield looked(old, Wrong(f"this {old.type} is gone"))


def _off(resource: Resource) -> Iterator[Wrong]:
    if resource.type in OFF:
        name, off = OFF[resource.type]
        if resource.at(name) == off:
            yield Wrong(f"it is off: {off}", name)


def _less(old: Resource, new: Resource) -> Iterator[Wrong]:
    for path in SAME.get(old.type, ()):
        was, now = old.at(*path.split(".")), new.at(*path.split("."))
        if was != now:
            yield Wrong(f"it is another: {changed(was, now)}", path)
    was, now = old.at(*MESSAGE), new.at(*MESSAGE)
    if not says_all_of(was, now):
        yield Wrong(f"it says something else, or less: {changed(was, now)}", ".".join(MESSAGE))
    was, now = old.at(OFTEN), new.at(OFTEN)
    if was != now and not runs_oftener(was, now):
        yield Wrong(f"it runs at other times, or more rarely: {changed(was, now)}", OFTEN)
    yield from _pauses(old, new)
    for lost in taken_alone_by(old.at(PATTERN), new.at(PATTERN)):
        yield Wrong(f"it no longer takes {lost}", PATTERN)
    there = [at(target, "Arn") for target in listed(new.at("Targets"))]
    for target in listed(old.at("Targets")):
        if at(target, "Arn") not in there:
            yield Wrong(f"it no longer tells {said(at(target, 'Arn'))}", "Targets")


def _pauses(old: Resource, new: Resource) -> Iterator[Wrong]:
    """Times in which a schedule of the base ran, and this one does not (EventBridge Scheduler API, CreateSchedule)."""
    was, now = old.at(START), new.at(START)
    if starts_later(was, now):
        yield Wrong(f"until it starts nothing runs: {changed(was, now)}", START)
    was, now = old.at(END), new.at(END)
    if ends_sooner(was, now):
        yield Wrong(f"it ends, or sooner than before: {changed(was, now)}", END)


def _untold(old: Resource, new: Resource | None) -> Iterator[Wrong]:
    """What a bucket told somebody, and does not any more."""
    was, now = old.at(NOTIFICATIONS), new.at(NOTIFICATIONS) if new else None
    if not isinstance(was, dict):
        return
    for name, value in was.items():
        kept = at(now, name)
        lost = [each for each in listed(value) if each not in listed(kept)] if isinstance(value, list) else []
        if lost or (not isinstance(value, list) and kept != value):
            yield Wrong(f"it no longer tells of what arrives: {changed(value, kept)}", f"{NOTIFICATIONS}.{name}")
