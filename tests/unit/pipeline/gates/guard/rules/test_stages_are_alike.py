"""Stages differ where the plan's settings say so, and nowhere else."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import Delivery, Stage
from tests.unit.pipeline.gates.guard.templates import (
    Template,
    assembly,
    edited,
    first,
    found,
    look,
    release,
    resource,
    subject,
)

RULE = "stages_are_alike"
STAGES = ("beta", "gamma", "prod")


def in_all_stages(original: Assembly, change: Any) -> Assembly:
    for stage in STAGES:
        original = edited(original, f"{stage}/orders", change)
    return original


def variables(document: Template) -> Any:
    return first(document, "Lambda::Function", "OrdersFunction")["Properties"]["Environment"]["Variables"]


def one_more(document: Template) -> None:
    variables(document)["GREETING"] = "hello"


def one_less(document: Template) -> None:
    del variables(document)["CIRCUIT_TABLE_NAME"]


def gone(kind: str, starting: str) -> Any:
    def change(document: Template) -> None:
        name = next(
            name
            for name, each in document["Resources"].items()
            if each["Type"] == f"AWS::{kind}" and name.startswith(starting)
        )
        del document["Resources"][name]

    return change


def set_to(kind: str, starting: str, **properties: Any) -> Any:
    def change(document: Template) -> None:
        first(document, kind, starting)["Properties"] |= properties

    return change


def without_policy(document: Template) -> None:
    del first(document, "Lambda::Alias", "OrdersLive")["UpdatePolicy"]


def planned(name: str, **changes: Any) -> Delivery:
    """The plan, with another rollout or other settings of one stage."""

    def stage(step: Any) -> Any:
        if not isinstance(step, Stage) or step.name != name:
            return step
        rollout = {key: value for key, value in changes.items() if key in ("alarms", "config")}
        settings = {key: value for key, value in changes.items() if key not in rollout}
        return replace(step, rollout=replace(step.rollout, **rollout), settings=replace(step.settings, **settings))

    return replace(DELIVERY, steps=tuple(map(stage, DELIVERY.steps)))


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (one_more, "has hello"),
        (one_less, "has nothing"),
        (set_to("Lambda::Function", "OrdersFunction", MemorySize=128), "has 128"),
        (set_to("SQS::Queue", "MailQueue1", VisibilityTimeout=10), "has 10"),
        (set_to("CloudWatch::Alarm", "RolloutOrdersErrors", TreatMissingData="ignore"), "has ignore"),
        (without_policy, "has nothing"),
    ],
)
def test_what_one_stage_has_otherwise_is_told_there(real: Assembly, stage: str, change: Any, told: str) -> None:
    findings = found(RULE, release(edited(real, f"{stage}/orders", change)))
    assert {finding.where.split(":")[0] for finding in findings} == {f"{stage}/orders"}
    assert any(f"{stage} {told}" in finding.what for finding in findings)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    ("kind", "starting"),
    [
        ("CloudWatch::Alarm", "RolloutOrdersErrors"),
        ("Lambda::Function", "CarriersFunction"),
        ("Events::Rule", "EventsNotifier"),
        ("SQS::Queue", "MailQueueDeadLetters"),
    ],
)
def test_what_one_stage_lacks_is_told(real: Assembly, stage: str, kind: str, starting: str) -> None:
    findings = found(RULE, release(edited(real, f"{stage}/orders", gone(kind, starting))))
    assert any(f"and not in {stage}" in finding.what for finding in findings)


@pytest.mark.parametrize("change", [one_more, without_policy, gone("Events::Rule", "EventsNotifier")])
def test_what_is_so_in_every_stage_is_alike(real: Assembly, change: Any) -> None:
    assert found(RULE, release(in_all_stages(real, change))) == ()


def test_a_setting_explains_what_follows_from_it(real: Assembly) -> None:
    kept = edited(real, "prod/orders", set_to("Logs::LogGroup", "OrdersLogs", RetentionInDays=731))
    assert found(RULE, release(kept)) == ()
    stricter = edited(real, "gamma/orders", set_to("CloudWatch::Alarm", "RolloutOrdersErrors", Threshold=0.5))
    alarms = tuple(replace(alarm, threshold=0.5) for alarm in planned("gamma").stages[1].rollout.alarms)
    assert found(RULE, release(stricter, plan=planned("gamma", alarms=alarms))) == ()
    assert len(found(RULE, release(stricter))) == 1


def test_a_setting_explains_no_more_than_it_says(real: Assembly) -> None:
    """Beta and gamma have the same payment provider: a third one in gamma comes from elsewhere."""

    def another(document: Template) -> None:
        variables(document)["PAYMENT_PROVIDER_URL"] = "https://else.example"

    (told,) = found(RULE, release(edited(real, "gamma/orders", another)))
    assert "Environment.Variables.PAYMENT_PROVIDER_URL" in told.where


def test_the_stages_as_they_are_differ_by_their_settings_alone(real: Assembly) -> None:
    part = look(RULE, release(real))
    assert part.findings == ()
    assert part.checked > 1_300


def test_a_stage_that_the_plan_does_not_know_is_compared_as_well() -> None:
    alone = assembly(beta={"Jobs": resource("SQS::Queue")}, else_={"Jobs": resource("SQS::Queue", DelaySeconds=5)})
    assert len(found(RULE, subject(alone))) >= 1
