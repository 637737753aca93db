"""Composite alarms: the rule's grammar and its truth.

Source: CloudWatch API reference, `PutCompositeAlarm`, whose examples are used here.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.alarms import (
    AlarmProblem,
    AlarmState,
    CompositeAlarm,
    Evaluation,
    children,
    evaluate_composite,
)

OK, ALARM, UNKNOWN = AlarmState.OK, AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA


def state(rule: str, **states: AlarmState) -> AlarmState:
    return evaluate_composite(CompositeAlarm("c", "arn", rule), states, OK, at=0).state


@pytest.mark.parametrize(
    ("rule", "cpu", "disk", "expected"),
    [
        ("ALARM(cpu) AND ALARM(disk)", ALARM, ALARM, ALARM),
        ("ALARM(cpu) AND ALARM(disk)", ALARM, OK, OK),
        ("ALARM(cpu) AND NOT ALARM(disk)", ALARM, UNKNOWN, ALARM),
        ("ALARM(cpu) AND NOT ALARM(disk)", ALARM, ALARM, OK),
        ("(ALARM(cpu) OR ALARM(disk)) AND OK(cpu)", OK, ALARM, ALARM),
        ('ALARM("cpu") OR INSUFFICIENT_DATA("disk")', OK, UNKNOWN, ALARM),
        ("NOT NOT ALARM(cpu)", ALARM, OK, ALARM),
        ("NOT (OK(cpu) OR OK(disk))", ALARM, UNKNOWN, ALARM),
        ("ALARM(cpu) OR ALARM(disk) AND ALARM(disk)", ALARM, OK, ALARM),
        ("NOT ALARM(cpu) AND ALARM(disk)", OK, OK, OK),
        ("TRUE", OK, OK, ALARM),
        ("FALSE OR ALARM ( cpu )", OK, OK, OK),
    ],
)
def test_what_a_rule_means(rule: str, cpu: AlarmState, disk: AlarmState, expected: AlarmState) -> None:
    assert state(rule, cpu=cpu, disk=disk) == expected


def test_children_are_named_once_in_order_by_name_or_arn() -> None:
    arn = "arn:aws:cloudwatch:eu-west-1:111111111111:alarm:orders 5xx"
    rule = f"ALARM(b) OR OK(\"{arn}\") OR ALARM('a') OR ALARM(b)"

    assert children(CompositeAlarm("c", "arn", rule)) == ("b", arn, "a")


def test_the_reason_names_the_child_that_changed() -> None:
    alarm = CompositeAlarm("c", "arn", "ALARM(a) OR ALARM(b)")

    evaluation = evaluate_composite(alarm, {"a": ALARM, "b": OK}, OK, at=1_658_505_465, trigger="a")

    assert evaluation == Evaluation(
        alarm="c",
        state=ALARM,
        previous=OK,
        reason="a transitioned to ALARM at Friday 22 July, 2022 15:57:45 UTC",
        at=1_658_505_465,
    )


def test_without_a_known_trigger_the_reason_shows_every_child() -> None:
    alarm = CompositeAlarm("c", "arn", "ALARM(a) OR ALARM(b)")

    evaluation = evaluate_composite(alarm, {"a": OK, "b": UNKNOWN}, OK, at=0)

    assert evaluation.reason == "a is OK, b is INSUFFICIENT_DATA at Thursday 01 January, 1970 00:00:00 UTC"


def test_a_child_that_does_not_exist_is_named() -> None:
    with pytest.raises(AlarmProblem, match="composite alarm c: its rule asks about gone; no such alarm"):
        state("ALARM(a) OR ALARM(gone)", a=OK)


@pytest.mark.parametrize(
    ("rule", "position", "what"),
    [
        ("", 1, "expected ALARM("),
        ("ALARM(a) AND", 13, "expected ALARM("),
        ("ALARM(a) ALARM(b)", 9, "expected AND, OR or the end"),
        ("(ALARM(a)", 10, "expected )"),
        ("AND ALARM(a)", 1, "expected ALARM("),
        ("alarm(a)", 1, "expected ALARM("),
        ("ALARM()", 1, "expected ALARM("),
        ("ALARM(a) XOR ALARM(b)", 9, "expected AND, OR or the end"),
        ("()", 2, "expected ALARM("),
        ("TRUEALARM(a)", 1, "expected ALARM("),
    ],
)
def test_a_mistake_is_named_with_its_place(rule: str, position: int, what: str) -> None:
    with pytest.raises(AlarmProblem) as raised:
        state(rule, a=OK, b=OK)

    assert str(raised.value).startswith(f"composite alarm c, rule {rule!r}, position {position}: {what}")


def test_limits_are_kept() -> None:
    with pytest.raises(AlarmProblem, match="names 101 alarms; at most 100"):
        state(" OR ".join(f"ALARM(a{number})" for number in range(101)))
    with pytest.raises(AlarmProblem, match="at most 10240"):
        state("TRUE OR " * 1300 + "TRUE")
    with pytest.raises(AlarmProblem, match="nested deeper than 50 levels"):
        state("(" * 60 + "TRUE" + ")" * 60)
    assert state("NOT " * 2001 + "TRUE") == OK


atoms = st.sampled_from(["ALARM(a)", "OK(a)", "INSUFFICIENT_DATA(a)", "ALARM(b)", "TRUE", "FALSE"])
rules = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        inner.map(lambda operand: f"NOT {operand}"),
    ),
    max_leaves=10,
)


def truth(rule: str, a: AlarmState, b: AlarmState) -> bool:
    """The same rule by Python's own rules of not, and, or."""
    for name, value in (("a", a), ("b", b)):
        for one in AlarmState:
            rule = rule.replace(f"{one.value}({name})", str(one is value))
    for ours, python in (("AND", "and"), ("OR", "or"), ("NOT", "not"), ("TRUE", "True"), ("FALSE", "False")):
        rule = rule.replace(ours, python)
    return bool(eval(rule))  # noqa: S307 (the text is made of the six atoms above)


@given(rules, st.sampled_from(AlarmState), st.sampled_from(AlarmState))
def test_rules_hold_as_python_would_have_it(rule: str, a: AlarmState, b: AlarmState) -> None:
    assert (state(rule, a=a, b=b) is ALARM) == truth(rule, a, b)
