"""How a CodeDeploy configuration moves traffic."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.shifts import AT_ONCE, Shift, shift_of
from tests.unit.pipeline.gates.guard.templates import resource

EMPTY = Stack("prod", "prod/orders", {}, {})


def custom(**routing: Any) -> Stack:
    own = resource("CodeDeploy::DeploymentConfig", DeploymentConfigName="ours", TrafficRoutingConfig=routing)
    return Stack("prod", "prod/orders", {"Resources": {"Own": own}}, {})


@pytest.mark.parametrize(
    ("name", "shift"),
    [
        ("LambdaAllAtOnce", AT_ONCE),
        ("LambdaCanary10Percent5Minutes", Shift(10, 5)),
        ("LambdaCanary10Percent30Minutes", Shift(10, 30)),
        ("LambdaLinear10PercentEvery1Minute", Shift(10, 9)),
        ("LambdaLinear10PercentEvery10Minutes", Shift(10, 90)),
    ],
)
def test_what_aws_made_is_known(name: str, shift: Shift) -> None:
    assert shift_of(EMPTY, f"CodeDeployDefault.{name}") == shift


@pytest.mark.parametrize("name", ["CodeDeployDefault.LambdaCanary90Percent5Minutes", "LambdaAllAtOnce", "ours", 7, {}])
def test_what_nobody_made_is_not_known(name: Any) -> None:
    assert shift_of(EMPTY, name) is None


def test_a_group_that_names_none_moves_all_at_once() -> None:
    assert shift_of(EMPTY, None) == AT_ONCE


@pytest.mark.parametrize("named", ["ours", {"Ref": "Own"}])
def test_a_configuration_of_ones_own_is_read(named: Any) -> None:
    canary = custom(Type="TimeBasedCanary", TimeBasedCanary={"CanaryPercentage": 20, "CanaryInterval": "15"})
    assert shift_of(canary, named) == Shift(20, 15)
    linear = custom(Type="TimeBasedLinear", TimeBasedLinear={"LinearPercentage": 30, "LinearInterval": 2})
    assert shift_of(linear, named) == Shift(30, 6)
    assert shift_of(custom(Type="AllAtOnce"), named) == AT_ONCE


@pytest.mark.parametrize("routing", [{}, {"Type": "TimeBasedCanary"}, {"Type": "TimeBasedLinear"}, {"Type": "Soon"}])
def test_a_configuration_that_says_too_little_is_not_known(routing: dict[str, Any]) -> None:
    assert shift_of(custom(**routing), "ours") is None


@given(step=st.integers(1, 99), minutes=st.integers(1, 2_880))
def test_linear_steps_leave_the_last_of_the_traffic_for_the_end(step: int, minutes: int) -> None:
    linear = custom(Type="TimeBasedLinear", TimeBasedLinear={"LinearPercentage": step, "LinearInterval": minutes})
    shift = shift_of(linear, "ours")
    assert shift is not None
    assert not shift.at_once
    steps_before_the_last = round(shift.minutes / minutes)
    assert steps_before_the_last * step < 100 <= (steps_before_the_last + 1) * step
