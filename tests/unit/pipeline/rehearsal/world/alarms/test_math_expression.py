"""Metric math by AWS's own examples, and by what it says of missing data.

Source of the examples: CloudWatch User Guide, "Using math expressions with CloudWatch metrics".
"""

import math
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.alarms import AlarmProblem, MetricKey, MetricQuery, MetricStat
from pipeline.rehearsal.world.alarms.math_expression import evaluate_math
from pipeline.rehearsal.world.alarms.math_functions import Grid
from pipeline.rehearsal.world.alarms.math_rows import check_rows
from pipeline.rehearsal.world.alarms.math_values import Series

MONDAY = 1_800_230_400  # Monday 18 January 2027, 00:00:00 UTC
STAT = MetricStat(MetricKey.of("Orders", "m"), 60, "Sum")


def result(expression: str, **metrics: Series) -> Series:
    """The series of an expression over metrics of the same length, by the minute."""
    return result_per(60, expression, metrics)


def result_per(period_s: int, expression: str, metrics: Mapping[str, Series]) -> Series:
    stat = MetricStat(STAT.key, period_s, "Sum")
    rows = [MetricQuery(row_id, stat, return_data=False) for row_id in metrics]
    watched = MetricQuery("watched", expression=expression)
    width = len(next(iter(metrics.values())))
    grid = Grid(tuple(MONDAY + period_s * step for step in range(width)), period_s)
    return evaluate_math("alarm", watched, check_rows("alarm", (*rows, watched)), metrics, grid)


METRIC1: Series = (30, 20, 0, 0)
METRIC2: Series = (20, None, 20, None)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(metric1 < metric2)", (0, 0, 1, 0)),
        ("(metric1 >= 30)", (1, 0, 0, 0)),
        ("(metric1 > 15 AND metric2 > 15)", (1, 0, 0, 0)),
    ],
)
def test_the_documented_comparisons(expression: str, expected: Series) -> None:
    assert result(expression, metric1=METRIC1, metric2=METRIC2) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("IF(metric1, metric2, metric3)", (30, 0, 20, None, None)),
        ("IF(metric1, 5, metric3)", (5, 5, 20, None, None)),
        ("IF(metric1, metric2, 5)", (30, 0, 5, 5, None)),
        ("IF(metric1, metric2)", (30, 0, None, None, None)),
        ("IF(1, metric2, metric3)", (30, None, 0, 0, 30)),
        ("IF(0, metric2, metric3)", (0, 0, 20, None, 20)),
        ("IF(0, metric2)", (None,) * 5),
    ],
)
def test_the_documented_if_tables(expression: str, expected: Series) -> None:
    metrics: dict[str, Series] = {
        "metric1": (1, 1, 0, 0, None),
        "metric2": (30, None, 0, 0, 30),
        "metric3": (0, 0, 20, None, 20),
    }

    assert result(expression, **metrics) == expected


M1: Series = (1.0, None, 4.0, None)
M2: Series = (2.0, 3.0, None, None)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("m1 + m2", (3, 3, 4, None)),
        ("m1 - m2", (-1, -3, 4, None)),
        ("m1 * m2", (2, 0, 0, None)),
        ("m1 / m2", (0.5, 0, None, None)),
        ("m1 ^ m2", (1, 0, 1, None)),
        ("5 * m1", (5, None, 20, None)),
        ("-m1", (-1, None, -4, None)),
        ("m1 == m2", (0, 0, 0, None)),
        ("m1 != m2", (1, 1, 1, None)),
        ("m1 OR m2", (1, 1, 1, None)),
        ("m1 AND m2", (1, 0, 0, None)),
        ("SUM([m1, m2])", (3, 3, 4, None)),
        ("MAX([m1, m2])", (2, 3, 4, None)),
        ("MIN(METRICS())", (1, 3, 4, None)),
        ("AVG([m1, m2])", (1.5, 1.5, 2, None)),
        ("DATAPOINT_COUNT([m1, m2])", (2, 1, 1, None)),
        ("m1 - MIN(m1)", (0, None, 3, None)),
        ("m1 * 0 + SUM(m1)", (5, None, 5, None)),
        ("m1 * 0 + AVG(m1)", (1.25, None, 1.25, None)),
        ("m1 * 0 + STDDEV(m1)", (1.5, None, 1.5, None)),
        ("FILL(m1, 0)", (1, 0, 4, 0)),
        ("FILL(m1, m2)", (1, 3, 4, None)),
        ("FILL(m1, MAX(m2))", (1, 3, 4, 3)),
        ("FILL(m1, REPEAT)", (1, 1, 4, 4)),
        ("FILL(m1, LINEAR)", (1, 2.5, 4, None)),
        ("SUM(FILL(METRICS(), 0))", (3, 3, 4, 0)),
        ("RUNNING_SUM(m1)", (1, None, 5, None)),
        ("DIFF(m1)", (None, None, 3, None)),
        ("DIFF_TIME(m1)", (None, None, 120, None)),
        ("RATE(m1)", (None, None, 0.025, None)),
        ("ABS(m1 - 3)", (2, None, 1, None)),
        ("CEIL(m1 / 3)", (1, None, 2, None)),
        ("FLOOR(m1 / 3)", (0, None, 1, None)),
        ("LOG(m1)", (0, None, math.log(4), None)),
        ("LOG10(m1 * 10)", (1, None, math.log10(40), None)),
        ("PERIOD(m1) / 60 + m1", (2, None, 5, None)),
        ("m1 / METRIC_COUNT(METRICS())", (0.5, None, 2, None)),
        ("TIME_SERIES(MAX(m2))", (3, 3, 3, 3)),
        ("FIRST(METRICS())", M1),
        ("LAST(METRICS())", M2),
        ('SUM(METRICS("2"))', M2),
        ("SUM([METRICS('1'), m2])", (3, 3, 4, None)),
        ("SUM(-[m1, m2])", (-3, -3, -4, None)),
        ("SUM(100 / [m1, m2])", (150, 100 / 3, 25, None)),
        ("SUM([m1, m2] * [m2, m1])", (4, 0, 0, None)),
        ("SUM(ABS(-METRICS()))", (3, 3, 4, None)),
    ],
)
def test_each_operation_and_what_it_makes_of_missing_values(expression: str, expected: Series) -> None:
    assert result(expression, m1=M1, m2=M2) == pytest.approx(expected)


def test_what_has_no_finite_result_is_dropped() -> None:
    zero: Series = (0.0, -1.0, 1.0)

    assert result("1 / m1", m1=zero) == (None, -1.0, 1.0)
    assert result("LOG(m1)", m1=zero) == (None, None, 0.0)
    assert result("m1 ^ 0.5", m1=zero) == (0.0, None, 1.0)
    assert result("10 ^ (400 * m1)", m1=zero) == (1.0, 0.0, None)


def test_the_highest_of_nothing_leaves_nothing() -> None:
    empty: Series = (None, None)

    assert result("m2 - MAX(m1)", m1=empty, m2=(1.0, 2.0)) == empty
    assert result("MAX(m1) * m2", m1=empty, m2=(1.0, 2.0)) == empty
    assert result("FILL(m2, MIN(m1))", m1=empty, m2=(1.0, None)) == (1.0, None)
    assert result("IF(MAX(m1) > 1, m2)", m1=empty, m2=(1.0, 2.0)) == empty
    assert result("IF(m2, MAX(m1), 7)", m1=empty, m2=(1.0, 0.0)) == (0.0, 7.0)
    assert result("SUM(METRICS() + MAX(m1))", m1=empty, m2=(1.0, 2.0)) == empty
    assert result("REMOVE_EMPTY(METRICS())", m1=empty, m2=(1.0, 2.0)) == (1.0, 2.0)


def test_the_clock_functions_are_in_utc_and_have_no_gaps() -> None:
    gaps: Series = (None,) * 25
    hourly: dict[str, Series] = {"m1": gaps}

    assert result_per(3600, "HOUR(m1)", hourly) == (*range(24), 0)
    assert result_per(3600, "DAY(m1)", hourly) == (1,) * 24 + (2,)
    assert result_per(3600, "DATE(m1) + 100 * MONTH(m1) + 10000 * YEAR(m1)", hourly)[0] == 20270118
    assert result("EPOCH(m1) - MINUTE(m1)", m1=gaps) == tuple(MONDAY + 59 * minute for minute in range(25))


def test_the_evidence_of_a_canary_against_its_control() -> None:
    """Errors and counts of both versions; the sum of evidence passes 6.9 once the canary fails like this."""
    metrics: dict[str, Series] = {"xc": (0, 2, 3, 4), "xt": (1, 3, 4, 5), "nc": (10,) * 4, "nt": (100,) * 4}

    evidence = result("RUNNING_SUM(xc*LOG(5) - xt*LOG(1+4*nc/nt))", **metrics)

    steps = [
        c * math.log(5) - t * math.log(1.4)
        for c, t in zip(metrics["xc"], metrics["xt"], strict=True)
        if c is not None and t is not None
    ]
    assert evidence == pytest.approx(tuple(sum(steps[: end + 1]) for end in range(4)))
    assert [value is not None and value > 6.9 for value in evidence] == [False, False, False, True]


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("AVG(m1)", "alarm alarm: metric math 'AVG(m1)' gives a scalar; an alarm watches one time series"),
        ("5", "alarm alarm: metric math '5' gives a scalar; an alarm watches one time series"),
        (
            "METRICS() * 2",
            "alarm alarm: metric math 'METRICS() * 2' gives an array of time series; an alarm watches one time series",
        ),
        ("SUM(5)", "metric math 'SUM(5)', position 1: SUM: takes a time series or an array of them, got a scalar"),
        (
            "1 + RATE(2)",
            "metric math '1 + RATE(2)', position 5: RATE: takes a time series or an array of them, got a scalar",
        ),
        ("ABS(m1, m2)", "metric math 'ABS(m1, m2)', position 1: ABS takes 1 arguments, got 2"),
        ("FILL(m1)", "metric math 'FILL(m1)', position 1: FILL takes 2 arguments, got 1"),
        ("IF(m1)", "metric math 'IF(m1)', position 1: IF takes 2 or 3 arguments, got 1"),
        (
            "IF(1, 2, 3)",
            "metric math 'IF(1, 2, 3)', position 1: IF: needs a time series in its condition or its branches",
        ),
        ("IF(METRICS(), m1)", "metric math 'IF(METRICS(), m1)', position 1: IF: takes no array of time series"),
        (
            "FILL(1, 2)",
            "metric math 'FILL(1, 2)', position 1: FILL: takes a time series or an array of them, got a scalar",
        ),
        (
            "FILL(m1, METRICS())",
            "metric math 'FILL(m1, METRICS())', position 1: FILL: fills with a number, a time series, REPEAT or LINEAR",
        ),
        ("m1 + REPEAT", "metric math 'm1 + REPEAT', position 6: REPEAT only stands as second argument of FILL"),
        ("m1 + 'x'", "metric math \"m1 + 'x'\", position 6: a text only stands as argument of METRICS"),
        (
            "METRICS(m1)",
            "metric math 'METRICS(m1)', position 1: METRICS: takes a quoted text, such as METRICS(\"errors\")",
        ),
        (
            "PERIOD(m1 + 1)",
            "metric math 'PERIOD(m1 + 1)', position 1: PERIOD: takes the id of a metric, not an expression",
        ),
        (
            "SUM([m1, 5])",
            "metric math 'SUM([m1, 5])', position 10: an array holds time series, got a scalar; use TIME_SERIES",
        ),
        ("FIRST(m1)", "metric math 'FIRST(m1)', position 1: FIRST: takes an array of time series"),
        ("FIRST(METRICS('x'))", "metric math \"FIRST(METRICS('x'))\", position 1: FIRST: the array is empty"),
        (
            "TIME_SERIES(m1)",
            "metric math 'TIME_SERIES(m1)', position 1: TIME_SERIES: takes a scalar, got a time series",
        ),
        (
            "SUM([m1] + [m1, m2])",
            "metric math 'SUM([m1] + [m1, m2])', position 10: + between arrays of different length",
        ),
    ],
)
def test_wrong_arguments_are_named_with_their_place(expression: str, complaint: str) -> None:
    with pytest.raises(AlarmProblem) as raised:
        result(expression, m1=(1.0,), m2=(2.0,))

    assert str(raised.value) == complaint


series = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=4, max_size=4).map(tuple)


@given(series, series)
def test_a_sum_of_two_is_the_sum_of_their_array(one: Series, other: Series) -> None:
    assert result("m1 + m2", m1=one, m2=other) == pytest.approx(result("SUM([m1, m2])", m1=one, m2=other))


@given(series)
def test_filling_leaves_no_gap_and_changes_no_value(one: Series) -> None:
    filled = result("FILL(m1, 7)", m1=one)

    assert filled == tuple(7.0 if value is None else value for value in one)


@given(series)
def test_the_last_running_sum_is_the_sum(one: Series) -> None:
    total = [value for value in result("RUNNING_SUM(m1)", m1=one) if value is not None]

    assert total[-1:] == pytest.approx([math.fsum(v for v in one if v is not None)][: len(total)], abs=1e-6)


@given(series, series, st.sampled_from(["+", "-", "*", "/", "^", "<", ">", "<=", ">=", "==", "!=", "AND", "OR"]))
def test_a_result_exists_only_where_an_operand_does(one: Series, other: Series, operator: str) -> None:
    answer = result(f"m1 {operator} m2", m1=one, m2=other)

    assert all(value is None or math.isfinite(value) for value in answer)
    for a, b, value in zip(one, other, answer, strict=True):
        assert value is None or a is not None or b is not None
