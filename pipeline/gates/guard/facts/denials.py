"""What the policies of a stack deny, and whether one statement denies as much as another. Pure.

Sources: IAM user guide, "Policy evaluation logic" (a denial wins over every grant) and "IAM JSON policy elements:
Condition operators". A denial stands at a thing, with a role, user or group, or in a boundary of roles.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.comparing import number
from pipeline.gates.guard.facts.holders import boundaries, holders
from pipeline.gates.guard.facts.kept_policies import kept_policies
from pipeline.gates.guard.facts.statements import Statement, covers, statements
from pipeline.gates.guard.resource import Resource

NEGATED = (
    "stringnotequals",
    "stringnotequalsignorecase",
    "stringnotlike",
    "arnnotequals",
    "arnnotlike",
    "notipaddress",
)
"""Operators whose condition holds for all but the values that it names."""
_NAMING = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress")
_BELOW = ("numericlessthan", "numericlessthanequals")
_ABOVE = ("numericgreaterthan", "numericgreaterthanequals")
IF_EXISTS = "ifexists"


@dataclass(frozen=True)
class Denials:
    """The statements that deny at (or to) `guarded`, a logical id; `resource` is what holds the first of them."""

    guarded: str
    resource: Resource
    statements: tuple[Statement, ...]


def denials(stack: Stack) -> Iterator[Denials]:
    """What is denied at each thing of the stack, to each of its roles, and by each of its boundaries."""
    found: dict[str, Denials] = {}
    for guarded, resource, told in _policies(stack):
        denied = tuple(each for each in told if not each.allows)
        if denied:
            known = found.get(guarded, Denials(guarded, resource, ()))
            found[guarded] = Denials(guarded, known.resource, known.statements + denied)
    yield from found.values()


def _policies(stack: Stack) -> Iterator[tuple[str, Resource, tuple[Statement, ...]]]:
    for policy in kept_policies(stack):
        for guarded in policy.guarded:
            yield guarded, policy.resource, policy.statements
    for holder in holders(stack):
        yield holder.resource.logical_id, holder.resource, holder.statements
    for name in sorted(boundaries(stack)):
        if boundary := stack.resources.get(name):
            yield name, boundary, statements(boundary.at("PolicyDocument"))


def denies_as_much(now: Statement, was: Statement) -> bool:
    """Whether `now` denies all that `was` did: as many actions and things, to as many callers, as often."""
    if now.but != was.but or any(now.told.get(name) != was.told.get(name) for name in was.but):
        return False
    same_or_more = all(
        any(covers(new, old) for new in news)
        for news, olds in ((now.actions, was.actions), (now.resources, was.resources))
        for old in olds
    )
    everybody = any(who == "*" for _, who in now.principals)
    return (
        same_or_more
        and (everybody or set(was.principals) <= set(now.principals))
        and all(_holds_as_often(was, *asked, now.conditions[asked]) for asked in now.conditions)
    )


def _holds_as_often(was: Statement, operator: str, key: str, values: tuple[str, ...]) -> bool:
    """Whether a condition holds wherever that of `was` on the same key did: it may hold for more."""
    before = was.conditions.get((operator, key))
    plain = operator.removesuffix(IF_EXISTS)
    if before is None and operator != plain:  # what is not there is denied now, too
        before = was.conditions.get((plain, key))
    if before is None or before == values:
        return before is not None
    if plain in NEGATED:
        return set(values) <= set(before)
    if plain in _NAMING:
        return all(any(covers(value, each) for value in values) for each in before)
    limits = [number(each) for each in (*before[:1], *values[:1])]
    if plain not in (*_BELOW, *_ABOVE) or None in limits or len(before) != 1 or len(values) != 1:
        return False
    first, last = sorted(limits, key=lambda limit: limit or 0)
    return limits == ([first, last] if plain in _BELOW else [last, first])
