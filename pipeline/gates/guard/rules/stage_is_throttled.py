"""No caller can take all that a stage has: every method is throttled, and usage plans keep their limits."""

from collections.abc import Iterator

from pipeline.gates.guard.comparing import differs, grew, lost, number
from pipeline.gates.guard.facts.methods import methods_of
from pipeline.gates.guard.facts.settings import ALL, STAGE, setting, settings_of
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed
from pipeline.gates.openapi.node import Json, Mapped

ABOUT = About(
    kind="authorization",
    what="A stage throttles every method, no throttle grows tenfold, and each usage plan has throttle and quota",
    why="one caller's loop takes the whole account's share, and everybody else gets an error",
    fix="give the stage and the plans their throttles back; in steps, if more are really needed",
    models="I29: throttling or a usage plan removed; API4, CWE-770",
    needs="every stage",
)
PLAN = "AWS::ApiGateway::UsagePlan"
LIMITS = ("ThrottlingRateLimit", "ThrottlingBurstLimit")
MOST = 10_000
"""Requests per second that an account has in a region, unless AWS raised it: a throttle above is none."""
TOO_MUCH = 10
"""How many times as much is no adjustment any more."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each stage of an API, and each usage plan of candidate or base."""
    for stack in subject.candidate.of_stages():
        routes = {method.route for method in methods_of(stack)}
        for stage in stack.all(STAGE):
            old = subject.before(stage)
            yield looked(stage, *_stage(stage), *(_since(old, stage, routes) if old else ()))
        for plan in stack.all(PLAN):
            yield looked(plan, *_plan(subject.before(plan), plan))
    for plan in subject.of_base(PLAN):
        if subject.after(plan) is None:
            yield looked(plan, Wrong("the usage plan is gone, and with it the limits of its callers"))


def _stage(stage: Resource) -> Iterator[Wrong]:
    known = settings_of(stage)
    for (method, path), told in {ALL: {}, **known}.items():
        for name in LIMITS:
            limit = number(told.get(name))
            if limit is None or not 0 < limit <= MOST:
                said = "is not there" if told.get(name) is None else f"is {told[name]}"
                yield Wrong(f"{name} of {method} {path} {said}, and must be 1 to {MOST}", "MethodSettings")


def _since(old: Resource, new: Resource, routes: set[str]) -> Iterator[Wrong | Note]:
    now = settings_of(new)
    for (method, path), was in settings_of(old).items():
        route = f"{method} {path}"
        if (method, path) not in now and route in routes and _throttled(was):
            yield Wrong(f"{route} is no longer throttled by itself", "MethodSettings")
        for name in LIMITS:
            yield from _grown(route, name, was.get(name), setting(new, route).get(name))


def _grown(route: str, name: str, was: Json, now: Json) -> Iterator[Wrong | Note]:
    before, after = number(was), number(now)
    if before and after and after > before:
        told = f"{name} of {route} {changed(was, now)}"
        yield (Wrong if after >= TOO_MUCH * before else Note)(told, "MethodSettings")


def _plan(old: Resource | None, plan: Resource) -> Iterator[Wrong | Note | None]:
    for names in (("Throttle", "RateLimit"), ("Throttle", "BurstLimit"), ("Quota", "Limit")):
        limit = number(plan.at(*names))
        if limit is None or limit <= 0:
            yield Wrong(f"the usage plan has no {' '.join(names)}", ".".join(names))
        elif more := grew(plan, old, *names):
            was = number(old.at(*names)) if old else None
            yield more if limit >= TOO_MUCH * (was or limit) else Note(more.what, more.where)
    yield lost(plan, old, "ApiStages")
    yield differs(plan, old, "Quota", "Period")


def _throttled(told: Mapped) -> bool:
    return any(number(told.get(name)) is not None for name in LIMITS)
