"""The values that metrics have while a version fails."""

import pytest

from pipeline.gates.guard.facts.alarms import Metric, Watch
from pipeline.gates.guard.facts.drill import Scene, values
from pipeline.gates.guard.facts.metric_math import Value

FAILING = Scene("a fifth fails", 8, frozenset({"ServerErrors"}), 0.2, 500)


@pytest.mark.parametrize(
    ("name", "statistic", "value"),
    [
        ("Requests", "Sum", 40),
        ("Requests", "Average", 1),
        ("ServerErrors", "Sum", 8),
        ("ServerErrors", "SampleCount", 40),
        ("ServerErrors", "Average", 0.2),
        ("ServerErrors", "Maximum", 1),
        ("ServerErrors", "Minimum", 0),
        ("ServerErrors", "p90", 1),
        ("ServerErrors", "p50", 0),
        ("ServerErrors", "IQM", None),
        ("Latency", "p99", 500),
        ("Latency", "Sum", 20_000),
        ("AuthFailures", "Sum", None),
    ],
)
def test_each_metric_by_each_statistic(name: str, statistic: str, value: Value) -> None:
    watch = Watch((Metric("m", "Orders", name, statistic, 300, "", {}),), {}, "m")
    assert values(watch, FAILING)["m"] == pytest.approx(value)


def test_what_another_failure_counts_is_nothing() -> None:
    watch = Watch((Metric("m", "AWS/Lambda", "Errors", "Sum", 300, "", {}),), {}, "m")
    assert values(watch, FAILING)["m"] == 0
