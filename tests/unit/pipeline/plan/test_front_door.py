"""What a front door costs, and where a load balancer begins to be cheaper."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cloud.settings import ROOT
from pipeline.plan.front_door import (
    HTTP_API,
    MILLION,
    REST_API,
    Tier,
    Traffic,
    break_even,
    capacity_units,
    gateway,
    load_balancer,
)

RECORD = ROOT / "pipeline/decisions/0012-rest-api-in-front.md"


@pytest.mark.parametrize(
    ("requests", "dollars"),
    [
        (0, 0),
        (MILLION, 3.50),
        (333 * MILLION, 333 * 3.50),
        (334 * MILLION, 333 * 3.50 + 3.19),
        (1_001 * MILLION, 333 * 3.50 + 667 * 3.19 + 2.71),
        (20_001 * MILLION, 333 * 3.50 + 667 * 3.19 + 19_000 * 2.71 + 1.72),
    ],
)
def test_a_gateway_is_paid_by_request_and_gets_cheaper_in_steps(requests: float, dollars: float) -> None:
    assert gateway(REST_API, Traffic(requests)) == pytest.approx(dollars)


def test_a_load_balancer_costs_by_the_hour_even_if_nobody_comes() -> None:
    assert load_balancer(Traffic(0)) == pytest.approx(730 * 0.0252)


@pytest.mark.parametrize(
    ("traffic", "units"),
    [
        (Traffic(292 * MILLION, kilobytes=1), 1.0),  # 0.4 GB an hour
        (Traffic(65.7 * MILLION, kilobytes=0.001, requests_per_connection=1, connection_seconds=1), 1.0),  # 25 a second
        (Traffic(131.4 * MILLION, kilobytes=0.001, requests_per_connection=1, connection_seconds=60), 2.0),
        (Traffic(65.7 * MILLION, kilobytes=0.001, requests_per_connection=1, connection_seconds=240), 2.0),  # 6,000
    ],
)
def test_its_capacity_is_the_greatest_of_its_needs(traffic: Traffic, units: float) -> None:
    assert capacity_units(traffic) == pytest.approx(units)


@pytest.mark.parametrize("tiers", [REST_API, HTTP_API])
def test_just_below_the_break_even_the_gateway_is_cheaper_and_just_above_the_load_balancer(
    tiers: tuple[Tier, ...],
) -> None:
    even = break_even(tiers)
    assert even is not None
    below, above = Traffic(even - 2_000), Traffic(even + 2_000)
    assert gateway(tiers, below) < load_balancer(below)
    assert load_balancer(above) < gateway(tiers, above)


@given(st.floats(0, 1e11), st.floats(0, 1e11))
def test_more_requests_never_cost_less(one: float, other: float) -> None:
    fewer, more = sorted((one, other))
    for tiers in (REST_API, HTTP_API):
        assert gateway(tiers, Traffic(fewer)) <= gateway(tiers, Traffic(more)) + 1e-6
    assert load_balancer(Traffic(fewer)) <= load_balancer(Traffic(more)) + 1e-6


def test_without_a_price_per_request_nothing_is_cheaper() -> None:
    assert break_even((Tier(None, 0.0),)) is None


def test_the_record_says_what_the_calculation_says() -> None:
    said = re.search(
        r"about ([\d.]+) million requests a month \(REST\) and ([\d.]+) million \(HTTP\)", RECORD.read_text()
    )
    assert said is not None
    rest, http = break_even(REST_API), break_even(HTTP_API)
    assert rest is not None
    assert http is not None
    assert [float(each) for each in said.groups()] == [round(rest / MILLION, 1), round(http / MILLION, 1)]
