"""Composite alarms: a rule over the states of other alarms.

Source: CloudWatch API reference, `PutCompositeAlarm`, AlarmRule: ALARM("name or ARN"), OK(...), INSUFFICIENT_DATA(...),
TRUE, FALSE, joined by AND, OR and NOT, with parentheses. A composite is in ALARM or OK; a child's state decides alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from pipeline.rehearsal.world.alarms.model import AlarmState, CompositeAlarm, Evaluation
from pipeline.rehearsal.world.alarms.problem import AlarmProblem

LONGEST_RULE = 10_240
MOST_CHILDREN = 100
DEEPEST_NESTING = 50
TOKEN = re.compile(
    r"\s*(?:(?P<test>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:\"(?P<double>[^\"]+)\"|'(?P<single>[^']+)'|(?P<bare>[^\s()\"']+))\s*\)"
    r"|(?P<word>AND|OR|NOT|TRUE|FALSE)\b|(?P<sign>[()]))"
)


@dataclass(frozen=True, slots=True)
class StateTest:
    """`ALARM("x")`: whether a child has that state."""

    state: AlarmState
    alarm: str


@dataclass(frozen=True, slots=True)
class Constant:
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    operand: "Rule"


@dataclass(frozen=True, slots=True)
class Every:
    """AND of all."""

    operands: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """OR of all."""

    operands: tuple["Rule", ...]


type Rule = StateTest | Constant | Not | Every | Some


def children(alarm: CompositeAlarm) -> tuple[str, ...]:
    """The names or ARNs its rule asks about, in order, each once."""
    return tuple(dict.fromkeys(test.alarm for test in _tests(parse_rule(alarm.name, alarm.rule))))


def evaluate_composite(
    alarm: CompositeAlarm, states: Mapping[str, AlarmState], previous: AlarmState, *, at: float, trigger: str = ""
) -> Evaluation:
    """The composite's state; `states` is keyed by whatever the rule uses, name or ARN.

    `trigger` is the child that has just changed, if the caller knows it: CloudWatch's reason names it alone.
    """
    rule = parse_rule(alarm.name, alarm.rule)
    unknown = [child for child in children(alarm) if child not in states]
    if unknown:
        raise AlarmProblem(f"composite alarm {alarm.name}: its rule asks about {', '.join(unknown)}; no such alarm")
    state = AlarmState.ALARM if _holds(rule, states) else AlarmState.OK
    return Evaluation(
        alarm=alarm.name, state=state, previous=previous, reason=_reason(alarm, states, trigger, at), at=at
    )


def _reason(alarm: CompositeAlarm, states: Mapping[str, AlarmState], trigger: str, at: float) -> str:
    """`NAME transitioned to ALARM at Friday 22 July, 2022 15:57:45 UTC`, else the states of all children."""
    when = f"{datetime.fromtimestamp(at, UTC):%A %d %B, %Y %H:%M:%S} UTC"
    if trigger in states:
        return f"{trigger} transitioned to {states[trigger]} at {when}"
    seen = ", ".join(f"{child} is {states[child]}" for child in children(alarm)) or "the rule is constant"
    return f"{seen} at {when}"


def _holds(rule: Rule, states: Mapping[str, AlarmState]) -> bool:
    match rule:
        case StateTest(state, alarm):
            return states[alarm] is state
        case Constant(value):
            return value
        case Not(operand):
            return not _holds(operand, states)
        case Every(operands):
            return all(_holds(operand, states) for operand in operands)
        case Some(operands):
            return any(_holds(operand, states) for operand in operands)


def _tests(rule: Rule) -> Iterator[StateTest]:
    match rule:
        case StateTest():
            yield rule
        case Not(operand):
            yield from _tests(operand)
        case Every(operands) | Some(operands):
            for operand in operands:
                yield from _tests(operand)
        case Constant():
            return


@lru_cache(maxsize=256)
def parse_rule(alarm: str, text: str) -> Rule:
    """The rule as a tree; NOT binds before AND, AND before OR."""
    if len(text) > LONGEST_RULE:
        raise AlarmProblem(f"composite alarm {alarm}: rule of {len(text)} characters; at most {LONGEST_RULE}")
    rule = _RuleParser(alarm, text).whole()
    named = {test.alarm for test in _tests(rule)}
    if len(named) > MOST_CHILDREN:
        raise AlarmProblem(f"composite alarm {alarm}: its rule names {len(named)} alarms; at most {MOST_CHILDREN}")
    return rule


class _RuleParser:
    """Walks the rule once."""

    def __init__(self, alarm: str, text: str) -> None:
        self._alarm = alarm
        self._text = text
        self._end = len(text.rstrip())
        self._position = 0
        self._depth = 0

    def whole(self) -> Rule:
        """The whole rule, nothing left over."""
        rule = self._either()
        if self._position < self._end:
            raise self._wrong("expected AND, OR or the end")
        return rule

    def _either(self) -> Rule:
        self._depth += 1
        if self._depth > DEEPEST_NESTING:
            raise self._wrong(f"nested deeper than {DEEPEST_NESTING} levels")
        rules = [self._both()]
        while self._took("OR"):
            rules.append(self._both())
        self._depth -= 1
        return rules[0] if len(rules) == 1 else Some(tuple(rules))

    def _both(self) -> Rule:
        rules = [self._single()]
        while self._took("AND"):
            rules.append(self._single())
        return rules[0] if len(rules) == 1 else Every(tuple(rules))

    def _single(self) -> Rule:
        flips = 0
        while self._took("NOT"):
            flips += 1
        rule = self._primary()
        return Not(rule) if flips % 2 else rule

    def _primary(self) -> Rule:
        if self._took("("):
            rule = self._either()
            if not self._took(")"):
                raise self._wrong("expected )")
            return rule
        match = TOKEN.match(self._text, self._position)
        if match is None or match["word"] in ("AND", "OR") or match["sign"]:
            raise self._wrong('expected ALARM("name"), OK("name"), INSUFFICIENT_DATA("name"), TRUE, FALSE, NOT or (')
        self._position = match.end()
        if match["test"]:
            return StateTest(AlarmState(match["test"]), match["double"] or match["single"] or match["bare"])
        return Constant(match["word"] == "TRUE")

    def _took(self, wanted: str) -> bool:
        match = TOKEN.match(self._text, self._position)
        if match is None or wanted not in (match["word"], match["sign"]):
            return False
        self._position = match.end()
        return True

    def _wrong(self, what: str) -> AlarmProblem:
        place = min(self._position, self._end) + 1
        return AlarmProblem(f"composite alarm {self._alarm}, rule {self._text!r}, position {place}: {what}")
