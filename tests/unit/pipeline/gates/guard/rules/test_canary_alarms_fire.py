"""A fire drill on paper: a bad new version sets off the alarms of its rollout, and a good one none."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release, resource

RULE = "canary_alarms_fire"


def setting(name: str, value: Any, alarm: str = "Errors") -> Change:
    def change(document: Template) -> None:
        first(document, "CloudWatch::Alarm", f"RolloutOrders{alarm}")["Properties"][name] = value

    return change


def expression(text: str, alarm: str = "Errors") -> Change:
    def change(document: Template) -> None:
        rows = first(document, "CloudWatch::Alarm", f"RolloutOrders{alarm}")["Properties"]["Metrics"]
        rows[0]["Expression"] = text

    return change


def unwatched(alarm: str) -> Change:
    """The group lets go of its alarm, which stays."""

    def change(document: Template) -> None:
        watched = first(document, "CodeDeploy::DeploymentGroup", "RolloutOrders")["Properties"]["AlarmConfiguration"]
        watched["Alarms"] = [each for each in watched["Alarms"] if f"Orders{alarm}" not in each["Name"]["Ref"]]

    return change


def metric(name: str) -> Change:
    def change(document: Template) -> None:
        rows = first(document, "CloudWatch::Alarm", "RolloutOrdersErrors")["Properties"]["Metrics"]
        rows[1]["MetricStat"]["Metric"]["MetricName"] = name

    return change


def in_a_hurry(document: Template) -> None:
    routing = {"Type": "TimeBasedCanary", "TimeBasedCanary": {"CanaryPercentage": 10, "CanaryInterval": 1}}
    document["Resources"]["Own"] = resource("CodeDeploy::DeploymentConfig", TrafficRoutingConfig=routing)
    group = first(document, "CodeDeploy::DeploymentGroup", "RolloutOrders")["Properties"]
    group["DeploymentConfigName"] = {"Ref": "Own"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (setting("Threshold", 100_000), "it does not even fire when everything fails"),
        (setting("Threshold", -1), "it fires when nothing is wrong"),
        (setting("ComparisonOperator", "LessThanThreshold"), "it fires when nothing is wrong"),
        (setting("Threshold", None), "nobody can tell whether it fires"),
        (setting("ComparisonOperator", "GreaterThanUpperThreshold"), "nobody can tell whether it fires"),
        (expression("0"), "it does not even fire when everything fails"),
        (expression("IF(errors >= 3, 0, 0)"), "it does not even fire when everything fails"),
        (expression("requests - errors"), "it fires when nothing is wrong"),
        (expression("errors / requests"), "it does not even fire when everything fails"),
        (expression("nothing / requests"), "no row is called nothing"),
        (metric("Invocations"), "it fires when nothing is wrong"),
        (metric("Duration"), "it fires when nothing is wrong"),
        (setting("DatapointsToAlarm", 15), "it needs 4260 s to fire: all traffic has moved after 300 s"),
        (in_a_hurry, "it needs 120 s to fire: all traffic has moved after 60 s"),
    ],
)
def test_a_drill_that_goes_wrong_is_told(real: Assembly, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, "prod/orders", change)))
    assert any(told in each.what and each.where.startswith("prod/orders:RolloutOrders") for each in findings)


NO_ERRORS, NO_500, NO_WAIT = (
    "no alarm fires when one invocation in five throws an error",
    "no alarm fires when one request in five is answered with 500",
    "no alarm fires when every request takes ten seconds",
)
OVERLOOKED = [
    (setting("Threshold", 20), NO_ERRORS),
    (setting("Threshold", 20, "ServerErrors"), NO_500),
    (setting("Threshold", 10_000, "Latency"), NO_WAIT),
    (expression("IF(errors >= 3 AND requests >= 1000, 100 * errors / requests, 0)"), NO_ERRORS),
    (metric("Throttles"), NO_ERRORS),
    (unwatched("Errors"), NO_ERRORS),
    (unwatched("ServerErrors"), NO_500),
    (unwatched("Latency"), NO_WAIT),
]


@pytest.mark.parametrize(("change", "told"), OVERLOOKED)
def test_where_all_traffic_moves_at_once_no_judge_compares_and_the_alarms_alone_must_fire(
    real: Assembly, change: Change, told: str
) -> None:
    findings = found(RULE, release(edited(real, "beta/orders", change)))
    assert any(told in each.what and each.where.startswith("beta/orders:RolloutOrders") for each in findings)


@pytest.mark.parametrize(("change", "told"), OVERLOOKED)
def test_where_traffic_shifts_the_judge_sees_what_an_alarm_overlooks_if_it_is_heard(
    real: Assembly, change: Change, told: str
) -> None:
    def unheard(document: Template) -> None:
        change(document)
        unwatched("Judge")(document)

    heard = found(RULE, release(edited(real, "prod/orders", change)))
    assert not any(told in each.what for each in heard)
    findings = found(RULE, release(edited(real, "prod/orders", unheard)))
    assert any(told in each.what and each.where.startswith("prod/orders:RolloutOrders") for each in findings)


@pytest.mark.parametrize(
    "change",
    [
        setting("Threshold", 0.5),
        setting("Threshold", 15),
        setting("Threshold", 1_000, "Latency"),
        expression("100 * errors / requests"),
        expression("IF(requests >= 5, 100 * errors / requests, 0)"),
        setting("ComparisonOperator", "GreaterThanOrEqualToThreshold"),
    ],
)
def test_what_still_tells_good_from_bad_is_welcome(real: Assembly, change: Change) -> None:
    good = release(edited(real, "prod/orders", change))
    assert (found(RULE, good), look(RULE, good).checked) == ((), 138)


def test_one_more_alarm_that_counts_is_welcome(real: Assembly) -> None:
    def one_more(document: Template) -> None:
        alarm = first(document, "CloudWatch::Alarm", "RolloutOrdersErrors")
        (row,) = (each for each in alarm["Properties"]["Metrics"] if each["Id"] == "errors")
        metric = row["MetricStat"]["Metric"]
        properties = {**alarm["Properties"], **metric, "Period": 60, "Statistic": "Sum", "Threshold": 100}
        del properties["Metrics"]
        document["Resources"]["OneMore"] = {**alarm, "Properties": properties}
        group = first(document, "CodeDeploy::DeploymentGroup", "RolloutOrders")["Properties"]
        group["AlarmConfiguration"]["Alarms"].append({"Name": {"Ref": "OneMore"}})

    good = release(edited(real, "prod/orders", one_more))
    assert (found(RULE, good), look(RULE, good).checked) == ((), 139)


def test_the_release_as_it_is_passes_its_drill(real: Assembly) -> None:
    assert found(RULE, release(real, real)) == ()
