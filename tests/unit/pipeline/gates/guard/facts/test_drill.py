"""The values that metrics have while a version fails."""

import pytest

from pipeline.gates.guard.facts.alarms import Metric, Watch
from pipeline.gates.guard.facts.drill import Scene, convicted, values
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
        ("Attempts", "Sum", 40),
        ("Conversions", "Sum", 32),
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


FIFTH = {name: Scene("a fifth", 8, frozenset({name}), 0.2) for name in ("Errors", "ServerErrors")}


@pytest.mark.parametrize(
    ("scene", "expected"),
    [
        (Scene("well", 8), False),
        (Scene("well", 1_000), False),
        (Scene("a little slow", 8, milliseconds=1_000), False),
        (FIFTH["Errors"], True),
        (FIFTH["ServerErrors"], True),
        (Scene("slow", 8, milliseconds=10_000), True),
        (Scene("nothing of what it counts", 8, frozenset({"Throttles"}), 1), False),
        (Scene("one in a hundred of few", 8, frozenset({"Errors"}), 0.01), False),
        (Scene("one in a hundred of many", 1_000, frozenset({"Errors"}), 0.01), True),
        (Scene("nobody came", 0, frozenset({"Errors"}), 1), False),
    ],
    ids=lambda each: each.name if isinstance(each, Scene) else "",
)
def test_a_judge_convicts_of_what_it_would_convict_of_given_a_whole_shift(scene: Scene, expected: bool) -> None:
    watch = Watch(
        (Metric("m", "Orders", "Evidence", "Maximum", 10, "", {"FunctionName": "f", "Alias": "live"}),), {}, "m"
    )
    assert convicted(scene) is expected
    assert values(watch, scene)["m"] == float(expected)
    assert values(watch, scene, compared=False)["m"] == 0
