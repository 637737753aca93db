"""Every alarm is made so that it can fire."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release

RULE = "alarm_can_fire"
CANARY, MAIL, FAILING = "RolloutOrdersErrors", "ObservabilityAlertsReturnedMail", "ObservabilityAlertsFailing"


def setting(alarm: str, name: str, value: Any) -> Change:
    def change(document: Template) -> None:
        first(document, "CloudWatch::Alarm", alarm)["Properties"][name] = value

    return change


def composite(name: str, value: Any) -> Change:
    def change(document: Template) -> None:
        first(document, "CloudWatch::CompositeAlarm", "ObservabilityAlertsNoticed")["Properties"][name] = value

    return change


def statistic(value: Any) -> Change:
    def change(document: Template) -> None:
        first(document, "CloudWatch::Alarm", CANARY)["Properties"]["Metrics"][1]["MetricStat"]["Stat"] = value

    return change


def two_answers(document: Template) -> None:
    first(document, "CloudWatch::Alarm", CANARY)["Properties"]["Metrics"][1]["ReturnData"] = True


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (setting(MAIL, "Threshold", 100_000), "the worst that it can see is 60000, which does not fire"),
        (setting(FAILING, "Threshold", 100), "the worst that it can see is 100, which does not fire"),
        (setting(CANARY, "Threshold", 100_000), "which does not fire (GreaterThanThreshold 100000)"),
        (setting(MAIL, "Threshold", None), "nobody can tell whether it fires"),
        (setting(MAIL, "ComparisonOperator", "Above"), "nobody can tell whether it fires"),
        (two_answers, "there is not one row whose values it compares"),
        (setting(MAIL, "TreatMissingData", None), "it does not say what missing data means"),
        (setting(CANARY, "TreatMissingData", "ignore"), "missing data is ignore"),
        (setting(CANARY, "TreatMissingData", "breaching"), "missing data is breaching"),
        (setting(CANARY, "ActionsEnabled", False), "its actions are switched off"),
        (setting(MAIL, "ActionsEnabled", "false"), "its actions are switched off"),
        (setting(CANARY, "DatapointsToAlarm", 2), "it asks for 2 datapoints of 1 periods"),
        (setting(CANARY, "EvaluationPeriods", 0), "it asks for 1 datapoints of 0 periods"),
        (setting(MAIL, "Period", 45), "its period is 45 s"),
        (setting(MAIL, "EvaluationPeriods", 1_000), "longer than CloudWatch does"),
        (setting(MAIL, "Statistic", "Median"), "MailReturned has no statistic that CloudWatch knows"),
        (setting(MAIL, "EvaluateLowSampleCountPercentile", "ignore"), "of few requests it says nothing"),
        (composite("ActionsEnabled", False), "its actions are switched off"),
        (composite("AlarmRule", "FALSE"), "it hears no alarm: FALSE"),
        (statistic("p"), "Errors has no statistic that CloudWatch knows"),
    ],
)
def test_an_alarm_that_can_not_go_off_is_told(real: Assembly, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, "prod/orders", change)))
    assert any(told in each.what and each.where.startswith("prod/orders:") for each in findings)


@pytest.mark.parametrize(
    "change",
    [
        setting(MAIL, "TreatMissingData", "ignore"),
        setting(MAIL, "Threshold", 1),
        setting(MAIL, "Period", 30),
        setting(MAIL, "ComparisonOperator", "LessThanThreshold"),
        statistic("p99.9"),
        statistic("Maximum"),
    ],
)
def test_an_alarm_that_can_is_welcome(real: Assembly, change: Change) -> None:
    good = release(edited(real, "gamma/orders", change))
    assert (found(RULE, good), look(RULE, good).checked) == ((), look(RULE, release(real)).checked)


def test_the_release_as_it_is_has_alarms_that_can(real: Assembly) -> None:
    assert found(RULE, release(real, real)) == ()
    assert look(RULE, release(real)).checked > 90
