"""Deployment configurations of one's own."""

import pytest

from pipeline.rehearsal.world.codedeploy import AllAtOnce, Canary, Linear
from pipeline.rehearsal.world.emulator.inside.resources.codedeploy import routing_from


def test_intervals_are_minutes_and_may_be_text() -> None:
    canary = {"Type": "TimeBasedCanary", "TimeBasedCanary": {"CanaryPercentage": "10", "CanaryInterval": "5"}}
    linear = {"Type": "TimeBasedLinear", "TimeBasedLinear": {"LinearPercentage": 20, "LinearInterval": 1}}
    assert routing_from(canary) == Canary(10, 300.0)
    assert routing_from(linear) == Linear(20, 60.0)
    assert routing_from({"Type": "AllAtOnce"}) == AllAtOnce()


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(ValueError, match="Sideways"):
        routing_from({"Type": "Sideways"})
