"""How often a schedule runs, and from when until when."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.guard.facts.schedules import ends_sooner, runs_oftener, seconds_between, starts_later

MINUTES = {"minute": 1, "hour": 60, "day": 1440}


def rate(number: int, unit: str) -> str:
    return f"rate({number} {unit}{'' if number == 1 else 's'})"


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [("rate(1 minute)", 60), ("rate(5 minutes)", 300), ("rate(12 hours)", 43_200), ("rate(2 days)", 172_800)],
)
def test_a_rate_says_how_often(expression: str, seconds: int) -> None:
    assert seconds_between(expression) == seconds


@pytest.mark.parametrize(
    "expression",
    ["cron(0 4 * * ? *)", "at(2027-01-01T00:00:00)", "rate(0 minutes)", "rate(5 weeks)", "rate(5)", {"Ref": "R"}, None],
)
def test_anything_else_does_not(expression: Any) -> None:
    assert seconds_between(expression) is None
    assert not runs_oftener(expression, "rate(1 minute)")
    assert not runs_oftener("rate(1 minute)", expression)


@given(st.integers(1, 99), st.sampled_from([*MINUTES]), st.integers(1, 99), st.sampled_from([*MINUTES]))
def test_of_two_rates_the_shorter_time_between_runs_oftener(a: int, of_a: str, b: int, of_b: str) -> None:
    assert runs_oftener(rate(a, of_a), rate(b, of_b)) == (b * MINUTES[of_b] <= a * MINUTES[of_a])


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [
        ("cron(* * * * ? *)", 60),
        ("cron(0/3 * * * ? *)", 180),
        ("cron(*/5 * ? * * *)", 300),
        ("cron(1/5 * * * ? *)", 300),
        ("cron(0,20,40 * * * ? *)", 1200),
        ("cron(0/7 * * * ? *)", 420),
        ("cron(0-30/10 * * * ? *)", 1800),
        ("cron(15 * * * ? *)", 3600),
        ("cron(0 0/6 * * ? *)", 21_600),
        ("cron(0 8-18 * * ? *)", 50_400),
        ("cron(0 3 * * ? *)", 86_400),
    ],
)
def test_times_of_every_day_are_as_often_as_a_rate_of_their_longest_pause(expression: str, seconds: int) -> None:
    assert runs_oftener(f"rate({seconds // 60} minutes)", expression)
    assert not runs_oftener(f"rate({seconds // 60 - 1} minutes)", expression)


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0/3 * * * MON *)",
        "cron(0/3 * 1 * ? *)",
        "cron(0/3 * * 12 ? *)",
        "cron(0/3 * * * ? 2026)",
        "cron(0/3 * * * ?)",
        "cron(noon * * * ? *)",
        "cron(0,x * * * ? *)",
        "cron(99 * * * ? *)",
        "cron(9-3 * * * ? *)",
    ],
)
def test_times_of_some_days_or_of_none_are_no_rate(expression: str) -> None:
    assert not runs_oftener("rate(9 days)", expression)


SOON, LATE = "2026-01-01T00:00:00Z", "2027-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("old", "new", "later", "sooner"),
    [
        (None, None, False, False),
        (SOON, SOON, False, False),
        (SOON, None, False, False),
        (None, SOON, True, True),
        (SOON, LATE, True, False),
        (LATE, SOON, False, True),
        (SOON, "2026-01-01T00:00:00", False, False),
        (SOON, "2026-01-01T01:00:00+01:00", False, False),
        (SOON, {"Ref": "Then"}, True, True),
        ({"Ref": "Then"}, SOON, True, True),
        (SOON, "some day", True, True),
    ],
)
def test_a_schedule_pauses_where_the_old_one_may_have_run(old: Any, new: Any, later: bool, sooner: bool) -> None:
    assert (starts_later(old, new), ends_sooner(old, new)) == (later, sooner)
