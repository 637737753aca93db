"""The missing-data rules, held against AWS's own two tables.

Source of the tables and of every quoted row: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing
data" (0 is a datapoint that does not breach, X one that does, - a missing one; the latest is on the right).
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.alarms import AlarmState, MissingData
from pipeline.rehearsal.world.alarms.missing_data import Decision, decide

RETAIN = "Retain current state"
POINTS = {"0": False, "X": True, "-": None}
TREATMENTS = (MissingData.MISSING, MissingData.IGNORE, MissingData.BREACHING, MissingData.NOT_BREACHING)

# Datapoints, how many must be filled in, then MISSING, IGNORE, BREACHING, NOT BREACHING. EvaluationPeriods is 3.
THREE_OF_THREE = [
    ("0 - X - X", 0, "OK", "OK", "OK", "OK"),
    ("0 - - - -", 2, "OK", "OK", "OK", "OK"),
    ("- - - - -", 3, "INSUFFICIENT_DATA", RETAIN, "ALARM", "OK"),
    ("0 X X - X", 0, "ALARM", "ALARM", "ALARM", "ALARM"),
    ("- - X - -", 2, "ALARM", RETAIN, "ALARM", "OK"),
]
TWO_OF_THREE = [
    ("0 - X - X", 0, "ALARM", "ALARM", "ALARM", "ALARM"),
    ("0 0 X 0 X", 0, "ALARM", "ALARM", "ALARM", "ALARM"),
    ("0 - X - -", 1, "OK", "OK", "ALARM", "OK"),
    ("- - - - 0", 2, "OK", "OK", "ALARM", "OK"),
    ("- - - X -", 2, "ALARM", RETAIN, "ALARM", "OK"),
]
VECTORS = [
    pytest.param(row, filled, needed, treatment, state, id=f"{needed} of 3, {row}, {treatment}")
    for needed, table in ((3, THREE_OF_THREE), (2, TWO_OF_THREE))
    for row, filled, *states in table
    for treatment, state in zip(TREATMENTS, states, strict=True)
]


def points(row: str) -> list[bool | None]:
    return [POINTS[sign] for sign in row.split()]


def state_of(row: str, needed: int, treatment: MissingData, current: AlarmState = AlarmState.OK) -> AlarmState:
    return decide(points(row), 3, needed, treatment, current).state


@pytest.mark.parametrize("current", list(AlarmState))
@pytest.mark.parametrize(("row", "filled", "needed", "treatment", "state"), VECTORS)
def test_each_cell_of_the_documented_tables(
    row: str, filled: int, needed: int, treatment: MissingData, state: str, current: AlarmState
) -> None:
    decision = decide(points(row), 3, needed, treatment, current)

    assert decision.state == (current if state == RETAIN else state)
    assert decision.filled == filled
    assert bool(decision.retained) == (state == RETAIN)


@pytest.mark.parametrize("row", ["- - - - X", "- - - X -", "- - - X 0", "- - X - 0"])
def test_one_young_breaching_datapoint_is_no_premature_alarm(row: str) -> None:
    """ "the alarm does not go immediately into ALARM state", nor once the next datapoint is good."""
    assert state_of(row, 3, MissingData.MISSING) == AlarmState.OK


@pytest.mark.parametrize("row", ["- - X - -", "- X - - -", "X - - - -", "- - X - X", "- X - X -"])
def test_a_breaching_datapoint_as_old_as_m_makes_the_alarm_with_too_little_data(row: str) -> None:
    assert state_of(row, 3, MissingData.MISSING) == AlarmState.ALARM


def test_a_good_datapoint_older_than_the_breaching_one_stands_against_the_premature_alarm() -> None:
    assert state_of("0 - X - -", 3, MissingData.MISSING) == AlarmState.OK


def test_enough_breaching_datapoints_make_the_alarm_even_where_missing_ones_are_ignored() -> None:
    assert decide(points("- - X X -"), 3, 2, MissingData.IGNORE, AlarmState.OK) == Decision(AlarmState.ALARM, (2, 3), 1)


def test_ignoring_says_why_the_state_is_kept() -> None:
    kept = decide(points("- - - X -"), 3, 2, MissingData.IGNORE, AlarmState.INSUFFICIENT_DATA)

    assert kept == Decision(AlarmState.INSUFFICIENT_DATA, (3,), 2, "2 of 3 datapoints are missing and ignored")


def test_with_enough_real_datapoints_the_older_ones_are_not_looked_at() -> None:
    decision = decide(points("X X 0 0 0"), 3, 1, MissingData.BREACHING, AlarmState.ALARM)

    assert decision == Decision(AlarmState.OK, (2, 3, 4), 0)


rows = st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=12)
currents = st.sampled_from(AlarmState)
treatments = st.sampled_from(MissingData)


@st.composite
def sizes(draw: st.DrawFn) -> tuple[int, int]:
    periods = draw(st.integers(1, 10))
    return periods, draw(st.integers(1, periods))


def range_of(row: list[bool | None], periods: int) -> list[bool | None]:
    """The row cut or padded to the evaluation range of N + 2."""
    width = periods + 2
    return ([None] * width + row)[-width:]


@given(rows, sizes(), currents)
def test_with_n_real_datapoints_every_treatment_agrees(
    row: list[bool | None], size: tuple[int, int], current: AlarmState
) -> None:
    periods, needed = size
    fetched = range_of(row, periods)
    if sum(point is not None for point in fetched) < periods:
        fetched = [False if point is None else point for point in fetched]

    assert len({decide(fetched, periods, needed, treatment, current) for treatment in MissingData}) == 1


@given(rows, sizes(), treatments, currents)
def test_only_no_data_at_all_is_insufficient(
    row: list[bool | None], size: tuple[int, int], treatment: MissingData, current: AlarmState
) -> None:
    fetched = range_of(row, size[0])

    decision = decide(fetched, *size, treatment, current)

    if decision.state is AlarmState.INSUFFICIENT_DATA and not decision.retained:
        assert treatment is MissingData.MISSING
        assert all(point is None for point in fetched)


@given(rows, sizes(), treatments, currents)
def test_a_datapoint_that_turns_bad_never_clears_an_alarm(
    row: list[bool | None], size: tuple[int, int], treatment: MissingData, current: AlarmState
) -> None:
    fetched = range_of(row, size[0])
    worse = [True if point is False else point for point in fetched]

    before = decide(fetched, *size, treatment, current)
    after = decide(worse, *size, treatment, current)

    if before.state is AlarmState.ALARM and not before.retained:
        assert after.state is AlarmState.ALARM


@given(rows, sizes(), currents)
def test_breaching_alarms_wherever_not_breaching_does(
    row: list[bool | None], size: tuple[int, int], current: AlarmState
) -> None:
    fetched = range_of(row, size[0])

    good = decide(fetched, *size, MissingData.NOT_BREACHING, current).state
    bad = decide(fetched, *size, MissingData.BREACHING, current).state

    assert (good, bad) != (AlarmState.ALARM, AlarmState.OK)
