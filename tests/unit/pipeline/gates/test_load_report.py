"""What locust reports is read, counted, and not believed where it contradicts itself."""

import json
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.context import GateBroke
from pipeline.gates.load_report import percentile, read_load

PRODUCTS = {"name": "GET /v1/products", "requests": 98, "failures": 0, "milliseconds": {"20": 97, "900": 1}}
ORDERS = {"name": "POST /v1/orders", "requests": 2, "failures": 1, "milliseconds": {"50": 2}}
ERROR = {"name": "POST /v1/orders", "what": "500 Server Error", "times": 1}


def told(**changes: object) -> str:
    return json.dumps({"seconds": 30.5, "operations": [PRODUCTS, ORDERS], "errors": [ERROR], **changes})


def test_a_run_is_what_became_of_all_its_requests() -> None:
    load = read_load(told())
    assert (load.seconds, load.requests, load.failed_percent) == (30.5, 100, 1.0)
    assert (load.percentile(50), load.percentile(95), load.percentile(99), load.percentile(100)) == (20, 20, 50, 900)
    assert [(each.where, each.what) for each in load.findings] == [("POST /v1/orders", "1 time: 500 Server Error")]
    assert load.table == (
        "GET /v1/products  98 requests, 0 failed, p50 20 ms, p95 20 ms, p99 900 ms\n"
        "POST /v1/orders  2 requests, 1 failed, p50 50 ms, p95 50 ms, p99 50 ms"
    )


def test_a_run_without_a_request_has_failed() -> None:
    assert read_load(told(operations=[], errors=[])).failed_percent == 100


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Invalid JSON"),
        (told()[:-9], "Invalid JSON"),
        ("{}", "seconds: Field required"),
        (told(operations=[{**ORDERS, "failures": 3}]), "more failures than requests: POST /v1/orders"),
    ],
)
def test_what_is_no_report_is_our_fault(text: str, why: str) -> None:
    with pytest.raises(GateBroke, match=why):
        read_load(text)


@given(st.lists(st.integers(0, 500), min_size=1), st.floats(0.1, 100))
def test_a_percentile_is_the_value_at_that_rank_of_all_of_them(values: list[int], percent: float) -> None:
    half = len(values) // 2
    counted = [{value: part.count(value) for value in set(part)} for part in (values[:half], values[half:])]
    assert percentile(counted, percent) == sorted(values)[ceil(len(values) * percent / 100) - 1]


def test_a_percentile_of_nothing_is_nothing() -> None:
    assert percentile([], 99) == 0
