"""GitHub's expressions, as far as they are known before a run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.workflow.events import can_hold, holds, runs
from pipeline.gates.workflow.expression import (
    UNKNOWN,
    NoExpression,
    Unknown,
    Value,
    World,
    calls_in,
    evaluate,
    names_in,
    text_of,
    truth_of_condition,
    value_of,
    without_templates,
)

NOWHERE = World({}, {})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True), ("false && nothing", False), ("1 == 1.0", True), ("'A' == 'a'", True), ("'1' == 1", True),
        ("null == 0", True),
        ("!true", False), ("'' || 'x'", "x"), ("'a' && 'b'", "b"), ("0x10", 16.0), ("'it''s'", "it's"),
        ("(1 < 2) && (2 >= 2)", True),
        ("'x' > 1", False), ("contains('Hello', 'ELL')", True),
        ("format('{1}-{0}', 'a', 1)", "1-a"), ("format('{{0}}{2}', 'a')", "{0}{2}"),
        ("startsWith('ab', 'A')", True),
        ("endsWith('ab', 'a')", False),
        ("secrets.A", UNKNOWN), ("secrets.A && false", Unknown(truth=False)),
        ("secrets.A || true", Unknown(truth=True)), ("!secrets.A", UNKNOWN),
        ("secrets['A'] == 'x'", UNKNOWN), ("hashFiles('**')", UNKNOWN), ("true == 'x'", False), ("-1 < 0", True),
        ("1 != 2", True),
        ("matrix.*.x", UNKNOWN), ("fromJSON('[1]')[0]", UNKNOWN), ("true.x", None), ("!(!0)", False),
    ],
)  # fmt: skip
def test_a_value_is_github_s(text: str, value: Value) -> None:
    assert evaluate(text, NOWHERE) == value


@pytest.mark.parametrize("text", ["", "(", "1 2", "a.", "&& a", "a ||", "'open", "f(1", "a[1", "#", "a == ", "f(,)"])
def test_what_is_no_expression_is_said_to_be_none(text: str) -> None:
    with pytest.raises(NoExpression):
        evaluate(text, NOWHERE)


@given(st.text(alphabet="ab.'()&|!=<> 01[]*,", max_size=20))
def test_any_text_is_an_expression_or_is_none(text: str) -> None:
    try:
        evaluate(text, NOWHERE)
        list(names_in(text))
    except NoExpression:
        pass


def test_text_around_an_expression_makes_all_of_it_text() -> None:
    assert value_of("${{ false }}", NOWHERE) is False
    assert value_of("a-${{ false }}-${{ null }}${{ 1 }}", NOWHERE) == "a-false-1"
    assert value_of("a-${{ secrets.A }}", NOWHERE) == Unknown(truth=True)
    assert truth_of_condition("${{ false }} || x", NOWHERE) is True
    values: list[Value] = [None, True, 1.0, "x", UNKNOWN, {}]
    assert without_templates("echo ${{ a || '}}' }} b") == "echo EXPRESSION b"
    assert [text_of(one) for one in values] == ["", "true", "1", "x", "\ufffd", "Object"]


def test_names_and_calls_are_read_without_evaluating() -> None:
    text = "format('{0}', github.event['Pull'].title) || secrets[matrix.name] && always() || a.*.b"
    assert list(names_in(text)) == ["github.event.pull.title", "secrets.*", "a.*.b"]
    assert list(calls_in(text)) == ["format", "always"]


@pytest.mark.parametrize(
    ("condition", "event", "held"),
    [
        ("github.event_name == 'merge_group'", "merge_group", True),
        ("github.head_ref", "merge_group", False),
        ("github.event.pull_request.number", "merge_group", False),
        ("github.event.merge_group.head_sha", "merge_group", True),
        ("github.event.merge_group", "pull_request", False),
        ("github.ref == 'refs/heads/main'", "push", True),
        ("github.ref == 'refs/heads/main'", "pull_request", False),
        ("github.event.pull_request.draft", "pull_request", None),
        ("github.event.schedule", "schedule", None),
        ("github.ref_name == 'main'", "workflow_dispatch", None),
        (None, "push", True),
    ],
)
def test_events_bring_what_they_bring(condition: str | None, event: str, held: bool | None) -> None:
    assert holds(condition, event) is held


def test_a_condition_can_hold_if_some_event_lets_it() -> None:
    assert can_hold("github.event_name == 'push'", ["pull_request", "push"])
    assert not can_hold("github.event_name == 'push'", ["pull_request"])
    assert can_hold("failure()", ["push"])


def test_two_runs_of_an_event_differ_in_what_tells_them_apart() -> None:
    for event in ("pull_request", "merge_group", "push"):
        one, other = (value_of("${{ github.sha }}", run) for run in runs(event))
        assert one != other
    first, second = (value_of("${{ github.workflow }}${{ github.base_ref }}", run) for run in runs("merge_group"))
    assert first == second
