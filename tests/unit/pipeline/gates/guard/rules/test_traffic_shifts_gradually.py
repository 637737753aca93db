"""A new version gets a small part of the traffic first."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import Delivery, Stage
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release, resource

RULE = "traffic_shifts_gradually"
ALL_AT_ONCE = "CodeDeployDefault.LambdaAllAtOnce"


def configured(value: Any) -> Change:
    """The deployment group of the orders function with another configuration."""

    def change(document: Template) -> None:
        first(document, "CodeDeploy::DeploymentGroup", "RolloutOrders")["Properties"]["DeploymentConfigName"] = value

    return change


def own(kind: str, **settings: Any) -> Change:
    """The same, with a configuration of the stack's own."""

    def change(document: Template) -> None:
        routing = {"Type": kind, kind: settings}
        document["Resources"]["Own"] = resource("CodeDeploy::DeploymentConfig", TrafficRoutingConfig=routing)
        configured({"Ref": "Own"})(document)

    return change


def without_configuration(document: Template) -> None:
    del first(document, "CodeDeploy::DeploymentGroup", "RolloutOrders")["Properties"]["DeploymentConfigName"]


def planned(config: str) -> Delivery:
    """A plan whose every stage says this, as a change that edits both would."""
    steps = (
        replace(each, rollout=replace(each.rollout, config=config)) for each in DELIVERY.steps if type(each) is Stage
    )
    return replace(DELIVERY, steps=tuple(steps))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (configured(ALL_AT_ONCE), "all traffic moves at once"),
        (without_configuration, "all traffic moves at once"),
        (own("AllAtOnce"), "all traffic moves at once"),
        (own("TimeBasedCanary", CanaryPercentage=90, CanaryInterval=10), "90 % of the traffic moves first"),
        (own("TimeBasedLinear", LinearPercentage=60, LinearInterval=10), "60 % of the traffic moves first"),
        (own("TimeBasedCanary", CanaryPercentage=10, CanaryInterval=0), "all traffic moves at once"),
        (own("TimeBasedCanary", CanaryPercentage=10, CanaryInterval=0.5), "has moved after 0.5 minutes"),
        (configured("CodeDeployDefault.OneAtATime"), "nobody knows what the configuration"),
        (configured({"Fn::ImportValue": "elsewhere"}), "nobody knows what the configuration"),
    ],
)
def test_prod_never_moves_all_at_once_whatever_the_plan_says(real: Assembly, change: Change, told: str) -> None:
    bad = edited(real, "prod/orders", change)
    for plan in (DELIVERY, planned("LambdaAllAtOnce")):
        (finding,) = found(RULE, release(bad, plan=plan))
        assert finding.where.startswith("prod/orders:RolloutOrdersGroup")
        assert told in finding.what


def test_a_stage_does_not_shift_faster_than_its_plan(real: Assembly) -> None:
    (told,) = found(RULE, release(edited(real, "gamma/orders", configured(ALL_AT_ONCE))))
    assert "though the plan says LambdaLinear10PercentEvery1Minute" in told.what


def test_a_stage_does_not_stop_shifting_because_its_plan_did(real: Assembly) -> None:
    bad = edited(real, "gamma/orders", configured(ALL_AT_ONCE))
    (told,) = found(RULE, release(bad, real, planned("LambdaAllAtOnce")))
    assert "though the base release shifts 10 % first" in told.what


@pytest.mark.parametrize(
    "change",
    [
        configured("CodeDeployDefault.LambdaLinear10PercentEvery2Minutes"),
        configured("CodeDeployDefault.LambdaCanary10Percent15Minutes"),
        own("TimeBasedCanary", CanaryPercentage=5, CanaryInterval=20),
        own("TimeBasedLinear", LinearPercentage=25, LinearInterval=5),
    ],
)
def test_another_way_to_shift_in_parts_is_welcome(real: Assembly, change: Change) -> None:
    good = release(edited(real, "prod/orders", change), real)
    assert (found(RULE, good), look(RULE, good).checked) == ((), 15)


def test_a_stage_without_customers_may_begin_to_shift(real: Assembly) -> None:
    slower = edited(real, "beta/orders", configured("CodeDeployDefault.LambdaCanary10Percent5Minutes"))
    assert found(RULE, release(slower, real)) == ()


def test_no_deployment_group_at_all_is_not_a_pass(real: Assembly) -> None:
    def without_rollouts(document: Template) -> None:
        for each in document["Resources"].values():
            each.pop("UpdatePolicy", None)

    (told,) = found(RULE, release(edited(real, "prod/orders", without_rollouts)))
    assert "found nothing to look at in prod" in told.what
