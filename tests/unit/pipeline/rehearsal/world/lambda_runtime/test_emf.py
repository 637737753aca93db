"""Metrics from a function's log, against the rules of the embedded metric format."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.lambda_runtime.emf import UNITS, Extracted, Metric, Problem, extract
from pipeline.rehearsal.world.lambda_runtime.log import CUT_MARK

NOW = 1_790_000_000_000
DAY = 24 * 3600 * 1000


def document() -> dict[str, Any]:
    return {
        "_aws": {
            "Timestamp": NOW,
            "CloudWatchMetrics": [
                {
                    "Namespace": "Orders",
                    "Dimensions": [["FunctionName", "Alias", "ExecutedVersion"]],
                    "Metrics": [
                        {"Name": "Requests", "Unit": "Count"},
                        {"Name": "Latency", "Unit": "Milliseconds", "StorageResolution": 1},
                    ],
                }
            ],
        },
        "FunctionName": "orders",
        "Alias": "live",
        "ExecutedVersion": "7",
        "Requests": 1,
        "Latency": [12.5, 30],
        "correlation_id": {"any": "member"},
    }


DIMENSIONS = {"FunctionName": "orders", "Alias": "live", "ExecutedVersion": "7"}


def problems(log: str) -> list[str]:
    found = extract(log, now_ms=NOW)
    assert found.metrics == ()
    return [problem.reason for problem in found.problems]


def test_metrics_come_from_among_other_lines_in_order() -> None:
    log = f"START RequestId: r1\nhello\n{json.dumps(document())}\nEND RequestId: r1\n"
    found = extract(log, now_ms=NOW)
    assert found.problems == ()
    assert found.metrics == (
        Metric("Orders", DIMENSIONS, "Requests", "Count", (1.0,), NOW, 60),
        Metric("Orders", DIMENSIONS, "Latency", "Milliseconds", (12.5, 30.0), NOW, 1),
    )


def test_every_dimension_set_is_a_metric_of_its_own_and_may_be_empty() -> None:
    one = document()
    one["_aws"]["CloudWatchMetrics"][0]["Dimensions"] = [["FunctionName"], [], ["Alias", "FunctionName"]]
    one["_aws"]["CloudWatchMetrics"][0]["Metrics"] = [{"Name": "Requests"}]
    found = extract(json.dumps(one), now_ms=NOW)
    assert [(each.dimensions, each.unit) for each in found.metrics] == [
        ({"FunctionName": "orders"}, "None"),
        ({}, "None"),
        ({"Alias": "live", "FunctionName": "orders"}, "None"),
    ]


def test_every_directive_publishes_to_its_namespace() -> None:
    one = document()
    second = {"Namespace": "Shop", "Dimensions": [[]], "Metrics": [{"Name": "Requests"}]}
    one["_aws"]["CloudWatchMetrics"].append(second)
    assert [each.namespace for each in extract(json.dumps(one), now_ms=NOW).metrics] == ["Orders", "Orders", "Shop"]


def test_a_reference_is_a_name_and_no_path() -> None:
    one = document()
    one["_aws"]["CloudWatchMetrics"][0]["Metrics"] = [{"Name": "A.a"}]
    assert problems(json.dumps(one | {"A": {"a": 1}})) == ["A.a is referred to, but no member of the document"]
    assert len(extract(json.dumps(one | {"A.a": 1}), now_ms=NOW).metrics) == 1


def directive(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], object]:
    return lambda one: change(one["_aws"]["CloudWatchMetrics"][0])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda one: one["_aws"].pop("CloudWatchMetrics"), "_aws.CloudWatchMetrics: not an array: missing"),
        (lambda one: one["_aws"].pop("Timestamp"), "_aws.Timestamp: not a number: missing"),
        (lambda one: one.update(_aws=[]), "_aws: not an object: []"),
        (
            lambda one: one["_aws"].update(Timestamp=NOW // 1000),
            "_aws.Timestamp is more than two weeks old or two hours ahead, in milliseconds: 1790000000",
        ),
        (lambda one: one["_aws"].update(CloudWatchMetrics=[3]), "CloudWatchMetrics[0]: not an object: 3"),
        (directive(lambda one: one.pop("Namespace")), "Namespace: not a text of 1 to 1024 characters: missing"),
        (directive(lambda one: one.update(Namespace="")), "Namespace: not a text of 1 to 1024 characters: ''"),
        (directive(lambda one: one.pop("Dimensions")), "Dimensions: not an array: missing"),
        (
            directive(lambda one: one.update(Dimensions=[])),
            "Dimensions is empty: it needs at least one set, which may be empty itself",
        ),
        (directive(lambda one: one.update(Dimensions=["Alias"])), "a dimension set: not an array: 'Alias'"),
        (
            directive(lambda one: one.update(Dimensions=[["Alias"] * 31])),
            "a dimension set has 31 keys, 30 are allowed",
        ),
        (
            directive(lambda one: one.update(Dimensions=[["Stage"]])),
            "Stage is referred to, but no member of the document",
        ),
        (lambda one: one.update(Alias=7), "dimension Alias: not a text of 1 to 1024 characters: 7"),
        (lambda one: one.update(Requests="1"), "metric Requests: not a number: '1'"),
        (lambda one: one.update(Requests=True), "metric Requests: not a number: True"),
        (lambda one: one.update(Requests=None), "metric Requests: not a number: missing"),
        (lambda one: one.update(Requests=[]), "metric Requests: an empty array of values publishes nothing"),
        (lambda one: one.update(Requests=[1] * 101), "metric Requests: 101 values, 100 are allowed"),
        (lambda one: one.update(Requests=[[1]]), "metric Requests: not a number: [1]"),
        (
            directive(lambda one: one.update(Metrics=[{"Name": "Requests"}] * 101)),
            "Metrics has 101 definitions, 100 are allowed",
        ),
        (
            directive(lambda one: one["Metrics"][0].update(Unit="Apples")),
            "metric Requests: no CloudWatch unit: 'Apples'",
        ),
        (
            directive(lambda one: one["Metrics"][0].update(StorageResolution=30)),
            "metric Requests: StorageResolution is neither 1 nor 60: 30",
        ),
    ],
)
def test_a_document_that_breaks_a_rule_publishes_nothing_and_says_why(
    change: Callable[[dict[str, Any]], object], reason: str
) -> None:
    one = document()
    change(one)
    assert problems(json.dumps(one)) == [reason]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"_aws": {"Timestamp"', "not one JSON object: Expecting ':' delimiter at character 22"),
        ('{"_aws": {}} and more', "not one JSON object: Extra data at character 14"),
        ('INFO {"_aws": {"CloudWatchMetrics": []}}', "something stands before the document"),
        ('{"_aws": NaN}', "not JSON: NaN is no JSON number"),
        ('{"_aws":' + "[" * 200_000, "the document is nested too deeply"),
        ('{"_aws": {}, "x": "' + "x" * 1_048_576 + '"}', "the document is larger than 1 MB"),
        (f"{CUT_MARK}: 9 more bytes, 10 kept]", "the log was cut here; metrics after it are lost"),
    ],
)
def test_what_is_no_document_is_named(line: str, reason: str) -> None:
    found = extract(f"first\n{line}", now_ms=NOW)
    assert found.problems == (Problem(2, reason, line[:120]),)


@pytest.mark.parametrize("line", ["", "_aws", '{"message": "about \\"_aws\\""}', 'see "_aws"', '{"a": {"_aws": {}}}'])
def test_other_lines_are_left_alone(line: str) -> None:
    assert problems(line) == []


def test_a_carriage_return_does_not_end_a_line() -> None:
    assert problems('text\r{"_aws": {"CloudWatchMetrics": []}}') == ["something stands before the document"]


@pytest.mark.parametrize(("age", "taken"), [(14 * DAY, 2), (14 * DAY + 1, 0), (-7_200_000, 2), (-7_200_001, 0)])
def test_metrics_may_be_two_weeks_old_and_two_hours_ahead(age: int, taken: int) -> None:
    assert len(extract(json.dumps(document()), now_ms=NOW + age).metrics) == taken


names = st.text(min_size=1, max_size=12).filter(lambda name: name != "_aws")
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**9), 10**9)


@given(
    st.dictionaries(names, st.text(min_size=1, max_size=12), max_size=4),
    st.dictionaries(names, numbers | st.lists(numbers, min_size=1, max_size=5), min_size=1, max_size=4),
    st.sampled_from(sorted(UNITS)),
    st.sampled_from([1, 60]),
)
def test_what_is_published_by_the_rules_comes_back_whole(
    dimensions: dict[str, str], values: dict[str, float | list[float]], unit: str, resolution: int
) -> None:
    dimensions = {name: value for name, value in dimensions.items() if name not in values}
    definitions = [{"Name": name, "Unit": unit, "StorageResolution": resolution} for name in values]
    one = {"Namespace": "N", "Dimensions": [list(dimensions)], "Metrics": definitions}
    root = {"_aws": {"Timestamp": NOW, "CloudWatchMetrics": [one]}, **dimensions, **values}
    found = extract(json.dumps(root, ensure_ascii=True), now_ms=NOW)
    assert found.problems == ()
    assert [asdict(each) for each in found.metrics] == [
        {
            "namespace": "N",
            "dimensions": dimensions,
            "name": name,
            "unit": unit,
            "values": tuple(map(float, value if isinstance(value, list) else [value])),
            "timestamp_ms": NOW,
            "storage_resolution": resolution,
        }
        for name, value in values.items()
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(json_values, st.sampled_from(["Timestamp", "CloudWatchMetrics", "Namespace", "Dimensions", "Metrics", "Alias"]))
def test_no_member_however_odd_is_passed_over_in_silence(value: Any, member: str) -> None:
    """Either the document is still by the rules and publishes, or there is exactly one problem; never an exception."""
    one = document()
    for owner in (one, one["_aws"], one["_aws"]["CloudWatchMetrics"][0]):
        if member in owner:
            owner[member] = value
    found = extract(json.dumps(one), now_ms=NOW)
    if value == [] and member in ("CloudWatchMetrics", "Metrics"):
        assert found == Extracted()
    else:
        assert (len(found.problems) == 1) != bool(found.metrics)


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_makes_it_fail(before: str, after: str) -> None:
    extract(f'{before}"_aws"{after}', now_ms=NOW)
