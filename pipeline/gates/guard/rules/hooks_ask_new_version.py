"""Both traffic hooks are there, are about the new version, and may answer."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.hooks import AFTER, ANSWERS, BEFORE, HANDLERS, NAMED, names_in_list, told
from pipeline.gates.guard.facts.probes import never_looked_up
from pipeline.gates.guard.facts.role_statements import allowed, managed_of, role_named
from pipeline.gates.guard.facts.rollout import Rollout, rollout_before, rollouts
from pipeline.gates.guard.facts.texts import arn
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, names_in, said
from pipeline.gates.openapi.node import Json, Mapped

ABOUT = About(
    kind="rollout",
    what="Before and after a shift CodeDeploy asks a function that knows the new version and may answer",
    why="without them a version that can't answer takes traffic, and one that nobody has asked passes for a good one",
    fix="let pipeline/cloud/service/hooks.py make both hooks of each rollout, with their role and environment",
    models="R12, R13: a hook removed, or blind; no traffic taken for success",
    needs="every stage",
)
INVOKES = "lambda:InvokeFunction"
BY_NAME = "AWSCodeDeployRoleForLambda"
"""AWS's own policy that lets CodeDeploy invoke `CodeDeployHook_*`; the limited one does not."""
CODE = ("S3Bucket", "S3Key")


def look(subject: Subject) -> Iterator[Looked]:
    """Both moments of each alias that is shifted."""
    for rollout in rollouts(subject.candidate):
        old = rollout_before(subject.stack_before(rollout.stack), rollout)
        for moment in (BEFORE, AFTER):
            yield looked(rollout.alias, *_wrong(rollout, moment, old, subject.promise))


def _wrong(rollout: Rollout, moment: str, old: Rollout | None, promise: Mapped) -> Iterator[Wrong]:
    hook = rollout.hook(moment)
    if hook is None:
        named = rollout.policy.get(moment)
        yield Wrong("nobody is asked" if named is None else f"{said(named)} is no function of this stack", moment)
        return
    yield from _is_ours(hook, moment)
    yield from _knows(rollout, hook, moment)
    yield from _may(rollout, hook, moment)
    before = old.hook(moment) if old else None
    yield from _asks_before(rollout, hook, before) if moment == BEFORE else _asks_after(rollout, hook)
    for probe in names_in_list(told(hook).get("PROBES")):
        for why in never_looked_up(probe, promise):
            yield Wrong(f"{_asked(probe)} is answered without a look at what is kept: {why}", moment)


def _is_ours(hook: Resource, moment: str) -> Iterator[Wrong]:
    """That it is the code which the tests of the hooks try: a function that always says yes looks like any other."""
    if hook.at("Handler") != HANDLERS[moment]:
        yield Wrong(f"it is answered by {said(hook.at('Handler'))}, not {HANDLERS[moment]}", moment)
    if any(hook.at("Code", name) is None for name in CODE):
        yield Wrong("its code stands in the template, where no test has seen it", moment)
    if hook.at("ReservedConcurrentExecutions") in (0, "0"):
        yield Wrong("it may never run (ReservedConcurrentExecutions 0)", moment)


def _knows(rollout: Rollout, hook: Resource, moment: str) -> Iterator[Wrong]:
    function = rollout.alias.at("FunctionName")
    named = rollout.function.at("FunctionName") if rollout.function else None
    expected: dict[str, tuple[Json, ...]] = {
        "FUNCTION_NAME": (function, named) if named else (function,),
        "VERSION": (rollout.alias.at("FunctionVersion"),),
        "ALIAS": (rollout.alias.at("Name"),),
    }
    for name, values in expected.items():
        value = told(hook).get(name)
        if value not in values:
            yield Wrong(f"{name} is {said(value)}, not {said(values[0])}: it asks about another version", moment)


def _may(rollout: Rollout, hook: Resource, moment: str) -> Iterator[Wrong]:
    role = role_named(rollout.stack, hook.at("Role"))
    if role is None:
        yield Wrong(f"its role {said(hook.at('Role'))} is not in this stack", moment)
    elif not _reaches(allowed(rollout.stack, role, ANSWERS), rollout.group):
        yield Wrong(f"its role may not answer ({ANSWERS} on its deployment group)", moment)
    service = role_named(rollout.stack, rollout.group.at("ServiceRoleArn") if rollout.group else None)
    if service is None:
        return  # which `deployment_group_is_whole` tells
    by_name = BY_NAME in managed_of(service) and str(hook.at("FunctionName")).startswith(NAMED)
    granted = allowed(rollout.stack, service, INVOKES)
    if not by_name and not _reaches(granted, hook) and not any(_is_arn_of(hook, each) for each in granted):
        yield Wrong(f"CodeDeploy may not ask it ({INVOKES} by the group's service role)", moment)


def _is_arn_of(function: Resource, value: Json) -> bool:
    """Whether `value` is the function's ARN written out, where a reference would lead round in a circle."""
    name, parts = function.at("FunctionName"), arn(value)
    return isinstance(name, str) and parts[2:3] == ("lambda",) and parts[5:] == (f"function:{name}",)


def _reaches(granted: tuple[Json, ...], resource: Resource | None) -> bool:
    """Whether a grant is on `resource`, or on whatever matches a pattern that names none of the stack."""
    if resource is None:
        return False
    named = [set(names_in(each)) for each in granted]
    anything = any(not names and said(each).endswith("*") for each, names in zip(granted, named, strict=True))
    return anything or any(resource.logical_id in names for names in named)


def _asks_before(rollout: Rollout, hook: Resource, before: Resource | None) -> Iterator[Wrong]:
    probes = names_in_list(told(hook).get("PROBES"))
    if not probes:
        yield Wrong("it tries nothing (PROBES)", BEFORE)
    asked = [_asked(probe) for probe in probes]
    for probe in names_in_list(told(before).get("PROBES")) if before else []:
        if _asked(probe) not in asked:
            yield Wrong(f"it no longer tries, as the base release does, {_asked(probe)}", BEFORE)
    listed = names_in_list(told(hook).get("ALARMS"))
    for _, alarm in rollout.alarms:
        if alarm and alarm.at("AlarmName") not in listed:
            yield Wrong(f"it does not look whether the alarm {said(alarm.at('AlarmName'))} can fire (ALARMS)", BEFORE)


def _asked(probe: Json) -> str:
    """What a probe asks, and how it must be answered, in words."""
    return f"{said(at(probe, 'method'))} {said(at(probe, 'resource'))} for {said(at(probe, 'status'))}"


def _asks_after(rollout: Rollout, hook: Resource) -> Iterator[Wrong]:
    policy = told(hook).get("NO_TRAFFIC")
    gradual = rollout.shift is not None and not rollout.shift.at_once
    if policy not in ("fail", "warn"):
        yield Wrong(f"NO_TRAFFIC is {said(policy)}: fail or warn", AFTER)
    elif policy != "fail" and gradual:
        yield Wrong("a version that served nobody passes (NO_TRAFFIC is warn), though traffic moves in parts", AFTER)
