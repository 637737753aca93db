"""What somebody waits for ends while they still wait."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.amounts import number
from pipeline.gates.guard.facts.api import METHOD
from pipeline.gates.guard.facts.functions import TIMEOUT, behind_api, behind_sign_in, function_of
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, said

ABOUT = About(
    kind="timeouts",
    what="A function behind the API ends within its integration's time, 29 s at most, and one of sign-in within 5 s; "
    "what else the API asks has half the time of the base, or 5 s",
    why="the caller is told 504 and tries again, while the first one still works, writes and costs",
    fix="answer 202 and let a worker do what takes longer; keep the timeout below 29 s",
    models="I22: a timeout of 900 s behind an API that waits 29 s; one that gives a queue a twentieth of a second",
    needs="every stage",
)
GATEWAY_SECONDS, SIGN_IN_SECONDS = 29, 5
"""How long API Gateway and Cognito wait (quotas of REST APIs; Cognito developer guide, "Lambda triggers")."""
FEW_SECONDS = 5
"""What a service of AWS's answers within, even on a bad day; what was given up may have been done all the same."""
WAITS = ("Integration", "TimeoutInMillis")


def look(subject: Subject) -> Iterator[Looked]:
    """Each function that a caller waits for, and each method."""
    for stack in subject.candidate.of_stages():
        for function in behind_api(stack):
            yield looked(function, _too_long(function, GATEWAY_SECONDS, "the API"))
        for function in behind_sign_in(stack):
            yield looked(function, _too_long(function, SIGN_IN_SECONDS, "a user who signs in"))
        for method in stack.all(METHOD):
            yield looked(method, *_method(stack, method), _given_up(stack, subject.before(method), method))


def _too_long(function: Resource, most: int, who: str) -> Wrong | None:
    timeout = function.at("Timeout")
    seconds = number(timeout, TIMEOUT)
    if seconds is not None and seconds <= most:
        return None
    return Wrong(f"{who} waits {most} s, and it may take {said(timeout)} s", "Timeout")


def _method(stack: Stack, method: Resource) -> Iterator[Wrong]:
    millis = number(method.at(*WAITS), GATEWAY_SECONDS * 1_000)
    if millis is None or millis > GATEWAY_SECONDS * 1_000:
        yield Wrong(f"it waits {said(method.at(*WAITS))} ms, and may wait {GATEWAY_SECONDS} s", ".".join(WAITS))
        return
    function = function_of(stack, method.at("Integration", "Uri"))
    seconds = number(function.at("Timeout"), TIMEOUT) if function else None
    if function and seconds is not None and seconds <= GATEWAY_SECONDS and seconds * 1_000 > millis:
        yield Wrong(f"it waits {millis:g} ms for {function.logical_id}, which may take {seconds:g} s", ".".join(WAITS))


def _given_up(stack: Stack, old: Resource | None, new: Resource) -> Wrong | None:
    """What no function answers, and the API gives up too soon: the caller asks again for what is done."""
    if function_of(stack, new.at("Integration", "Uri")):
        return None
    usual = GATEWAY_SECONDS * 1_000
    before = old.at(*WAITS) if old and old.type == METHOD else None
    was, now = number(before, usual), number(new.at(*WAITS), usual)
    least = min((was or usual) / 2, FEW_SECONDS * 1_000) if old else 1_000
    if now is None or now >= least:
        return None
    return Wrong(f"it gives up at once, or sooner: {changed(before, new.at(*WAITS))} ms", ".".join(WAITS))
