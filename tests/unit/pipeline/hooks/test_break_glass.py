"""Break-glass: what it lets through, and when it lets nothing through at all."""

import json
import logging
from datetime import UTC, datetime

import pytest

from pipeline.hooks.answer import Refused
from pipeline.hooks.break_glass import BreakGlass, broken, let_through
from pipeline.plan import model

NOW = 3_600.0
HOUR = datetime.fromtimestamp(NOW, UTC)


def flag(since: str = "1970-01-01T00:00:00+00:00", until: str = "1970-01-01T04:00:00+00:00", **more: object) -> str:
    """The variable of a flag that holds at `NOW`, or another one."""
    told = {"since": since, "until": until, "reason": "payments are down", "owner": "ada"}
    return json.dumps({**told, **more})


def refused(variable: str) -> str:
    with pytest.raises(Refused) as why:
        broken({"BREAK_GLASS": variable}, HOUR)
    (reason,) = why.value.reasons
    return reason


def test_without_a_flag_nothing_is_broken() -> None:
    assert broken({}, HOUR) is None


def test_a_flag_in_force_says_why_and_whose_it_is() -> None:
    since, until = (datetime(1970, 1, 1, hour, tzinfo=UTC) for hour in (0, 4))
    assert broken({"BREAK_GLASS": flag()}, HOUR) == BreakGlass(since, until, "payments are down", "ada")


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("1970-01-01T00:00:00+00:00", "1970-01-01T00:59:59+00:00"),
        ("1970-01-01T01:00:01+00:00", "1970-01-01T04:00:00+00:00"),
        ("1970-01-01T00:00:00+00:00", "1970-01-02T00:00:01+00:00"),
        ("1969-12-01T00:00:00+00:00", "1970-01-01T04:00:00+00:00"),
        ("1970-01-01T04:00:00+00:00", "1970-01-01T00:00:00+00:00"),
    ],
    ids=["over", "not begun", "longer than a day", "since a month", "the wrong way round"],
)
def test_outside_of_its_hours_or_for_longer_than_a_day_nothing_goes_on(since: str, until: str) -> None:
    assert refused(flag(since, until)).endswith("1 day, 0:00:00 at most, and not now: take it out of the plan")


@pytest.mark.parametrize(
    "variable",
    [
        "",
        "yes",
        "[]",
        flag(until="soon"),
        flag(until="1970-01-01T04:00:00"),
        json.dumps({"since": "1970-01-01T00:00:00+00:00"}),
    ],
    ids=["empty", "no JSON", "a list", "no time", "no zone", "half of it"],
)
def test_one_that_can_not_be_read_lets_nothing_through(variable: str) -> None:
    assert refused(variable).startswith("BREAK_GLASS can't be read: ")


def test_what_is_let_through_is_logged_each_with_who_answers_for_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert let_through(broken({"BREAK_GLASS": flag()}, HOUR), ["it is red", "nobody came"]) == []
    assert [record.message for record in caplog.records] == [
        "let through by break-glass: it is red",
        "let through by break-glass: nobody came",
    ]
    assert {(vars(record)["reason"], vars(record)["owner"]) for record in caplog.records} == {
        ("payments are down", "ada")
    }


def test_without_a_flag_every_objection_counts() -> None:
    assert let_through(None, ["it is red"]) == ["it is red"]


def test_what_the_plan_says_is_what_the_hooks_read() -> None:
    assert set(model.BreakGlass.__dataclass_fields__) == set(json.loads(flag()))
