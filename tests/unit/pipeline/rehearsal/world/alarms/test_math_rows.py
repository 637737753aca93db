"""Rows that CloudWatch would refuse are refused, by name and place."""

import pytest

from pipeline.rehearsal.world.alarms import Alarm, AlarmProblem, Comparison, MetricKey, MetricQuery, MetricStat

STAT = MetricStat(MetricKey.of("Orders", "Requests"), 60, "Sum")


def metric(row_id: str, period_s: int = 60) -> MetricQuery:
    return MetricQuery(row_id, MetricStat(STAT.key, period_s, "Sum"), return_data=False)


def expression(row_id: str, text: str, *, watched: bool = False) -> MetricQuery:
    return MetricQuery(row_id, expression=text, return_data=watched)


def alarm(*rows: MetricQuery) -> Alarm:
    return Alarm("rate", "arn", rows, Comparison.GREATER, 1, 1)


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ((metric("m1"),), "alarm rate: exactly one row must have ReturnData true, found none"),
        (
            (metric("m1"), expression("e1", "m1", watched=True), expression("e2", "m1", watched=True)),
            "alarm rate: exactly one row must have ReturnData true, found e1, e2",
        ),
        (
            (*(metric(f"m{number}") for number in range(11)), expression("e", "SUM(METRICS())", watched=True)),
            "alarm rate: 11 metrics; an alarm reads 1 to 10",
        ),
        ((expression("e", "TIME_SERIES(1)", watched=True),), "alarm rate: 0 metrics; an alarm reads 1 to 10"),
        (
            (metric("m1", 60), metric("m2", 300), expression("e", "m1+m2", watched=True)),
            "alarm rate: periods [60, 300] s; all metrics of an alarm need the same period",
        ),
        (
            (metric("M1"), expression("e", "1", watched=True)),
            "alarm rate: row id 'M1'; it starts with a lower-case letter, then letters, digits, _",
        ),
        (
            (metric("m1"), metric("m1"), expression("e", "m1", watched=True)),
            "alarm rate: row id m1 is used more than once",
        ),
        (
            (MetricQuery("m1", STAT, "m2"),),
            "alarm rate: row m1 needs a metric or an expression, and not both",
        ),
        ((MetricQuery("m1"),), "alarm rate: row m1 needs a metric or an expression, and not both"),
        (
            (metric("m1"), expression("e", "m1 + m9", watched=True)),
            "metric math 'm1 + m9', position 6: no row has the id 'm9'; rows are e, m1",
        ),
        (
            (metric("m1"), expression("e", "e + m1", watched=True)),
            "metric math 'e + m1', position 1: e refers to itself, directly or through others",
        ),
        (
            (metric("m1"), expression("e1", "e2 + m1", watched=True), expression("e2", "2 * e1")),
            "metric math '2 * e1', position 5: e1 refers to itself, directly or through others",
        ),
        (
            (metric("m1"), expression("e", "SQRT(m1)", watched=True)),
            "metric math 'SQRT(m1)', position 1: unknown function SQRT",
        ),
        (
            (metric("m1"), expression("e", "1 + sum(m1)", watched=True)),
            "metric math '1 + sum(m1)', position 5: unknown function sum (functions are upper case)",
        ),
        (
            (metric("m1"), expression("e", "SUM(SEARCH('{Orders} Requests', 'Sum'))", watched=True)),
            "metric math \"SUM(SEARCH('{Orders} Requests', 'Sum'))\", position 5: SEARCH: an alarm can't be based on a "
            "SEARCH expression, it may return several time series",
        ),
        (
            (metric("m1"), expression("e", "ANOMALY_DETECTION_BAND(m1)", watched=True)),
            "metric math 'ANOMALY_DETECTION_BAND(m1)', position 1: ANOMALY_DETECTION_BAND: CloudWatch knows it, but "
            "bands are not rehearsed",
        ),
    ],
)
def test_each_refusal(rows: tuple[MetricQuery, ...], complaint: str) -> None:
    with pytest.raises(AlarmProblem) as raised:
        alarm(*rows)

    assert str(raised.value) == complaint


def test_a_broken_row_that_nobody_watches_is_refused_too() -> None:
    with pytest.raises(AlarmProblem, match="position 5: expected a metric"):
        alarm(metric("m1"), expression("broken", "m1 +"), expression("e", "m1", watched=True))


def test_rows_are_calculated_after_those_they_refer_to() -> None:
    made = alarm(metric("m1"), expression("c", "a + b", watched=True), expression("b", "2 * a"), expression("a", "m1"))

    assert [row_id for row_id, _, _ in made.calculations] == ["a", "b", "c"]


def test_an_alarm_may_watch_one_metric_among_rows() -> None:
    made = alarm(MetricQuery("m1", STAT))

    assert (made.calculations, made.stats, made.period_s) == ((), (STAT,), 60)
