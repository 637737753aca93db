"""How predefined configurations shift: the same as the rehearsal's CodeDeploy has it."""

import pytest

from pipeline.plan.shifting import steps_of
from pipeline.rehearsal.world.codedeploy.routing import STANDARD, routing_of, shifts


def test_a_canary_and_a_linear_shift_step_by_step() -> None:
    assert steps_of("LambdaCanary10Percent5Minutes") == ((0, 0.1), (300, 1))
    linear = steps_of("LambdaLinear10PercentEvery1Minute")
    assert (linear[0], linear[1], linear[-1]) == ((0, 0.1), (60, 0.2), (540, 1))


def test_everything_at_once_is_one_step() -> None:
    assert steps_of("LambdaAllAtOnce") == ((0, 1),)


@pytest.mark.parametrize("config", sorted(STANDARD))
def test_the_plan_shifts_as_codedeploy_does(config: str) -> None:
    assert steps_of(config) == tuple((each.after_s, each.new_percent / 100) for each in shifts(routing_of(config)))


@pytest.mark.parametrize("config", ["LambdaCanary10Percent7Minutes", "LambdaLinear10PercentEvery", "Canary", ""])
def test_what_aws_did_not_make_is_unknown(config: str) -> None:
    with pytest.raises(ValueError, match="none of CodeDeploy's predefined configurations"):
        steps_of(config)
