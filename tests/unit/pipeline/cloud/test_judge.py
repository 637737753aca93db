"""What the judge of a stage is told is what the plan says of its rollout."""

from dataclasses import replace

import pytest

from pipeline.cloud.service.judge import judged_by
from pipeline.hooks.verdict import judged
from pipeline.judge.policy import Unknown
from pipeline.plan.delivery import DELIVERY


@pytest.mark.parametrize("no_traffic", ["fail", "warn"])
@pytest.mark.parametrize("inconclusive", ["fail", "warn"])
def test_what_becomes_of_a_version_that_nobody_knows_is_the_plans_to_say(
    no_traffic: Unknown, inconclusive: Unknown
) -> None:
    stage = DELIVERY.stages[-1]
    stage = replace(stage, rollout=replace(stage.rollout, no_traffic=no_traffic, inconclusive=inconclusive))
    told = judged(judged_by(stage), "orders-prod-orders", "live")
    assert (told.policy.no_traffic, told.policy.inconclusive) == (no_traffic, inconclusive)
