"""A deployment group watches alarms that are there."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release

RULE = "alarms_stop_rollout"


def configuration(document: Template) -> Template:
    return first(document, "CodeDeploy::DeploymentGroup", "RolloutOrders")["Properties"]["AlarmConfiguration"]


def setting(name: str, value: Any) -> Change:
    def change(document: Template) -> None:
        configuration(document)[name] = value

    return change


def without_configuration(document: Template) -> None:
    configuration(document).clear()


def one_less(document: Template) -> None:
    configuration(document)["Alarms"].pop(0)


def too_many(document: Template) -> None:
    configuration(document)["Alarms"] *= 4


def removed(document: Template) -> None:
    """The alarm goes, and its name stays where it was watched."""
    configuration(document)["Alarms"][0] = {"Name": "orders-prod-orders-errors"}
    gone = next(name for name in document["Resources"] if name.startswith("RolloutOrdersErrors"))
    del document["Resources"][gone]


def composite(document: Template) -> None:
    first(document, "CloudWatch::Alarm", "RolloutOrdersErrors")["Type"] = "AWS::CloudWatch::CompositeAlarm"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (setting("Alarms", []), "it watches no alarm"),
        (setting("Alarms", None), "it watches no alarm"),
        (without_configuration, "it watches no alarm"),
        (setting("Enabled", False), "its alarms are not switched on"),
        (setting("Enabled", None), "its alarms are not switched on"),
        (setting("IgnorePollAlarmFailure", True), "it goes on when its alarms can't be asked"),
        (too_many, "it watches 28 alarms"),
        (removed, "it watches orders-prod-orders-errors, no metric alarm of this stack"),
        (composite, "no metric alarm of this stack"),
        (setting("Alarms", [{"Name": {"Ref": "Nothing"}}]), "it watches ${Nothing}, no metric alarm"),
    ],
)
@pytest.mark.parametrize("stage", ["beta", "prod"])
def test_a_rollout_that_nothing_would_stop_is_told(real: Assembly, stage: str, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, f"{stage}/orders", change)))
    assert any(told in each.what and each.where.startswith(f"{stage}/orders:RolloutOrdersGroup") for each in findings)


def test_an_alarm_that_is_no_longer_watched_is_told_by_its_name(real: Assembly) -> None:
    (told,) = found(RULE, release(edited(real, "prod/orders", one_less), real))
    assert "it no longer watches orders-prod-orders-errors" in told.what


def test_one_more_alarm_is_welcome(real: Assembly) -> None:
    def one_more(document: Template) -> None:
        alarm = first(document, "CloudWatch::Alarm", "RolloutOrdersErrors")
        properties = {**alarm["Properties"], "AlarmName": "orders-prod-orders-durations"}
        document["Resources"]["OneMore"] = {**alarm, "Properties": properties}
        configuration(document)["Alarms"].append({"Name": {"Ref": "OneMore"}})

    good = release(edited(real, "prod/orders", one_more), real)
    assert (found(RULE, good), look(RULE, good).checked) == ((), 15)


def test_an_alarm_may_be_named_by_its_name(real: Assembly) -> None:
    def by_name(document: Template) -> None:
        configuration(document)["Alarms"][0] = {"Name": "orders-prod-orders-errors"}

    assert found(RULE, release(edited(real, "prod/orders", by_name), real)) == ()
