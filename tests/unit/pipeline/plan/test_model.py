"""The shapes of a plan: what they derive from what they hold."""

import pytest

from pipeline.plan.model import Approval, Delivery, Environment, Gate, Rollout, Source, Stage, StageSettings, Tools

HOME = Environment("111111111111", "eu-west-1")
UNIT = Gate("unit")
SCAN = Gate("scan")
SOAK_SHORT = Gate("soak", timeout_minutes=5)
SOAK_LONG = Gate("soak", timeout_minutes=50)


def stage(name: str, *gates: Gate) -> Stage:
    settings = StageSettings(log_retention_days=14, throttle_rate=1, throttle_burst=1, deletion_protection=True)
    return Stage(name, HOME, Rollout("LambdaAllAtOnce", ()), settings, gates)


DELIVERY = Delivery(
    name="orders",
    environment=HOME,
    source=Source("example/orders", "main", "arn:aws:codeconnections:eu-west-1:111111111111:connection/1"),
    tools=Tools(cdk="2.1148.1", cdk_assets="4.7.3"),
    source_gates=(UNIT,),
    output_gates=(SCAN,),
    steps=(stage("one", SOAK_SHORT), Approval("approval"), stage("two", SOAK_LONG)),
)


def test_stages_are_the_steps_without_the_approvals() -> None:
    assert [each.name for each in DELIVERY.stages] == ["one", "two"]


def test_gates_come_in_the_order_of_the_journey_with_who_asks_them() -> None:
    assert list(DELIVERY.gates()) == [("Build", UNIT), ("Build", SCAN), ("one", SOAK_SHORT), ("two", SOAK_LONG)]


def test_a_gate_is_found_as_its_stage_asks_it() -> None:
    assert DELIVERY.gate("soak", "two") is SOAK_LONG


def test_without_a_stage_the_first_that_asks_is_meant() -> None:
    assert DELIVERY.gate("soak") is SOAK_SHORT


def test_a_gate_that_nobody_asks_is_named_with_the_stage() -> None:
    with pytest.raises(KeyError, match="no gate 'unit' in stage two"):
        DELIVERY.gate("unit", "two")
