"""What keeps alarms quiet begins as seldom and ends as soon as in the base."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, new_in, release

RULE = "quiet_stays_short"
STARTED = "ObservabilityAlertsDeploymentStarted"
NAME = "ObservabilityAlertsDeploymentUnderWay"


def setting(**values: Any) -> Change:
    return lambda document: first(document, "CloudWatch::Alarm", NAME)["Properties"].update(values)


def composites(**values: Any) -> Change:
    def change(document: Template) -> None:
        for each in document["Resources"].values():
            if each["Type"] == "AWS::CloudWatch::CompositeAlarm":
                each["Properties"].update(values)

    return change


def counting(**pattern: Any) -> Change:
    """The rule behind the suppressor, by another pattern of details."""

    def change(document: Template) -> None:
        first(document, "Events::Rule", STARTED)["Properties"]["EventPattern"]["detail"] |= pattern

    return change


def of_all_applications(document: Template) -> None:
    del first(document, "Events::Rule", STARTED)["Properties"]["EventPattern"]["detail"]["application"]


def every_hour(document: Template) -> None:
    first(document, "Events::Rule", STARTED)["Properties"]["ScheduleExpression"] = "rate(1 hour)"


def no_rule(document: Template) -> None:
    resources = document["Resources"]
    del resources[next(name for name in resources if name.startswith(STARTED))]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (counting(state=["START", "STOP"]), "what it counts happens more often: ObservabilityAlertsDeploymentStarted"),
        (counting(state=[{"anything-but": "READY"}]), "takes detail.state"),
        (of_all_applications, "takes all without detail.application, too"),
        (every_hour, "was nothing, is rate(1 hour)"),
        (setting(EvaluationPeriods=240), "it keeps others quiet for 14400 s"),
        (setting(Period=3_600), "it keeps others quiet for 72000 s"),
        (setting(EvaluationPeriods=50), "for longer: was 1200 s, is 3000 s"),
        (setting(Threshold=-1), "it keeps others quiet for less: was 0, is -1"),
        (setting(Threshold={"Ref": "Limit"}), "it keeps others quiet for less"),
        (setting(ComparisonOperator="GreaterThanOrEqualToThreshold"), "it looks for something else"),
        (setting(TreatMissingData="breaching"), "where nothing happens: was notBreaching, is breaching"),
        (setting(TreatMissingData="ignore"), "where nothing happens"),
        (setting(MetricName="Invocations"), "it looks for something else: was TriggeredRules, is Invocations"),
        (composites(ActionsSuppressorExtensionPeriod=14_400), "it is silent for 14400 s after"),
    ],
)
def test_a_longer_silence_is_told(real: Assembly, change: Change, words: str) -> None:
    told = new_in(RULE, real, change)
    assert told
    assert all(words in each.what for each in told)


@pytest.mark.parametrize(
    "change",
    [
        setting(EvaluationPeriods=10),
        setting(EvaluationPeriods=30),
        setting(Threshold=1),
        setting(EvaluationPeriods=19, DatapointsToAlarm=2),
        setting(AlarmDescription="in other words"),
        counting(deploymentGroup=["orders"]),
        no_rule,
    ],
)
def test_a_shorter_silence_or_one_not_much_longer_is_right(real: Assembly, change: Change) -> None:
    assert new_in(RULE, real, change) == ()


def test_who_begins_sooner_is_told(real: Assembly) -> None:
    twice = edited(real, "prod/orders", setting(DatapointsToAlarm=2))
    (told,) = found(RULE, release(real, twice))
    assert "it keeps others quiet sooner: was 2, is 1" in told.what


def test_a_silence_of_hours_is_told_of_a_first_release_and_by_whatever_name(real: Assembly) -> None:
    def by_name(document: Template) -> None:
        setting(EvaluationPeriods=240)(document)
        composites(ActionsSuppressor="orders-prod-deployment-under-way")(document)

    (told,) = found(RULE, release(edited(real, "prod/orders", by_name)))
    assert NAME in told.where


def test_the_release_as_it_is_is_quiet_for_a_short_time(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings) == (9, ())
