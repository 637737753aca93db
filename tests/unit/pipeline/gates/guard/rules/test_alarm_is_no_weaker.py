"""An alarm that the base release has fires wherever it did, and as soon."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release

RULE = "alarm_is_no_weaker"
FEWER = "ObservabilityAlertsFewerOrdersThanUsual"
ERRORS, LATENCY, MAIL = "RolloutOrdersErrors", "RolloutOrdersLatency", "ObservabilityAlertsReturnedMail"
RATE = "IF(errors >= {} AND requests >= {}, 100 * errors / requests, 0)"


def alarm(document: Template, name: str) -> Template:
    return first(document, "CloudWatch::Alarm", name)["Properties"]


def setting(name: str, **values: Any) -> Change:
    return lambda document: alarm(document, name).update(values)


def expression(name: str, text: str, **values: Any) -> Change:
    def change(document: Template) -> None:
        alarm(document, name)["Metrics"][0]["Expression"] = text
        alarm(document, name).update(values)

    return change


def statistic(name: str, value: str) -> Change:
    def change(document: Template) -> None:
        alarm(document, name)["Metrics"][1]["MetricStat"]["Stat"] = value

    return change


def whole_alias(document: Template) -> None:
    for row in alarm(document, ERRORS)["Metrics"][1:]:
        metric = row["MetricStat"]["Metric"]
        metric["Dimensions"] = [each for each in metric["Dimensions"] if each["Name"] != "ExecutedVersion"]


def wider_band(document: Template) -> None:
    alarm(document, "ObservabilityAlertsSlowerThanUsual")["Metrics"][0]["Expression"] = "ANOMALY_DETECTION_BAND(m0, 30)"


def orders_row(text: str) -> Change:
    def change(document: Template) -> None:
        rows = alarm(document, FEWER)["Metrics"]
        next(row for row in rows if row["Id"] == "m0")["Expression"] = text

    return change


def round_another_row(document: Template) -> None:
    rows = alarm(document, FEWER)["Metrics"]
    rows[0]["Expression"] = "ANOMALY_DETECTION_BAND(again, 3)"
    rows.append({"Id": "again", "Expression": "FILL(orders, REPEAT)", "ReturnData": False})


def in_other_words(document: Template) -> None:
    rows = alarm(document, FEWER)["Metrics"]
    rows[0]["Expression"] = "ANOMALY_DETECTION_BAND(placed, 3)"
    rows[1] |= {"Id": "placed", "Expression": "FILL(counted, 0)", "Label": "orders"}
    rows[2]["Id"] = "counted"


def by_the_minute(requests: int, errors: int) -> Change:
    def change(document: Template) -> None:
        expression(ERRORS, RATE.format(errors, requests), EvaluationPeriods=5)(document)
        for row in alarm(document, ERRORS)["Metrics"][1:]:
            row["MetricStat"]["Period"] = 60

    return change


def called_otherwise(document: Template) -> None:
    resources = document["Resources"]
    old = next(name for name in resources if name.startswith("ObservabilityAlertsCold"))
    resources["ColdStarts"] = resources.pop(old)
    resources["ColdStarts"]["Properties"] |= {"AlarmName": "cold-starts", "AlarmDescription": "In other words"}
    resources["ColdStarts"]["Properties"]["Metrics"][0]["Label"] = "cold starts (%)"
    parts = composite(document, "Noticed")["AlarmRule"]["Fn::Join"][1]
    parts[1] = {"Fn::GetAtt": ["ColdStarts", "Arn"]}


def called_otherwise_and_milder(document: Template) -> None:
    called_otherwise(document)
    document["Resources"]["ColdStarts"]["Properties"]["Threshold"] = 90


def composite(document: Template, name: str) -> Template:
    return first(document, "CloudWatch::CompositeAlarm", f"ObservabilityAlerts{name}")["Properties"]


def deafer(document: Template) -> None:
    del composite(document, "Noticed")["AlarmRule"]["Fn::Join"][1][1:3]


def needs_both(document: Template) -> None:
    parts = composite(document, "Noticed")["AlarmRule"]["Fn::Join"][1]
    parts[2] = parts[2].replace("OR", "AND")


def silenced(**values: Any) -> Change:
    return lambda document: composite(document, "Noticed").update(values)


def never(document: Template) -> None:
    parts = composite(document, "Noticed")["AlarmRule"]["Fn::Join"][1]
    parts[-1] = f"{parts[-1]} AND FALSE"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (setting(ERRORS, Threshold=2), "its threshold is weaker: was 1, is 2"),
        (setting(ERRORS, Threshold=100_000), "its threshold is weaker: was 1, is 100000"),
        (setting(MAIL, Threshold=11), "its threshold is weaker: was 10, is 11"),
        (setting(MAIL, Threshold=None), "its threshold was 10, is nothing"),
        (setting(MAIL, ComparisonOperator="GreaterThanThreshold", Threshold="50"), "its threshold is weaker"),
        (setting(MAIL, ComparisonOperator="LessThanThreshold"), "it no longer fires at MailReturned"),
        (setting(LATENCY, DatapointsToAlarm=3), "it fires later: was 2 of 3 periods of 60 s, is 3 of 3"),
        (setting(LATENCY, EvaluationPeriods=2), "it forgets sooner"),
        (setting(MAIL, AlarmActions=[]), "it no longer tells ${ObservabilityAlertsTopicsWarning"),
        (setting(MAIL, Statistic="SampleCount"), "the statistic of MailReturned was Sum, is SampleCount"),
        (statistic(LATENCY, "p50"), "the statistic of Latency was p99, is p50"),
        (statistic(LATENCY, "Average"), "the statistic of Latency was p99, is Average"),
        (expression(ERRORS, RATE.format(3, 100)), "it no longer fires at"),
        (expression(ERRORS, RATE.format(30, 10)), "it no longer fires at"),
        (expression(ERRORS, "0"), "it no longer fires at"),
        (expression(ERRORS, "errors / requests"), "it no longer fires at"),
        (expression(ERRORS, "SEARCH(errors)"), "nobody can tell whether it still fires"),
        (whole_alias, "it no longer looks at AWS/Lambda Errors"),
        (wider_band, "the band that it may move in is wider"),
        (
            orders_row("FILL(orders, REPEAT)"),
            "where there is OrderPlaced nothing: was FILL(orders, 0), is FILL(orders, REP",
        ),
        (orders_row("orders"), "it looks at other numbers where there is OrderPlaced nothing"),
        (orders_row("MAX([FILL(orders, 0), 5])"), "it looks at other numbers"),
        (orders_row("SEARCH(orders)"), "nobody can tell whether it still looks at the same numbers"),
        (round_another_row, "it looks at other numbers where there is OrderPlaced nothing"),
        (setting(FEWER, ComparisonOperator="GreaterThanUpperThreshold"), "it looks at the other side of its band"),
        (by_the_minute(8, 1), "it no longer fires at Errors 1, Invocations 2 in each minute"),
        (by_the_minute(2, 3), "in each minute"),
        (called_otherwise_and_milder, "it no longer hears ObservabilityAlertsCold"),
        (deafer, "it no longer hears ObservabilityAlertsCold"),
        (needs_both, "it needs more to fire"),
        (silenced(ActionsSuppressor="orders-prod-orders-errors"), "what silences it was"),
        (silenced(ActionsSuppressorExtensionPeriod=7_200), "it is silent longer: was 120, is 7200"),
        (never, "it needs more to fire"),
    ],
)
def test_an_alarm_that_lets_more_through_is_told(real: Assembly, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, "gamma/orders", change), real))
    assert any(told in each.what and each.where.startswith("gamma/orders:") for each in findings)


@pytest.mark.parametrize(
    "change",
    [
        setting(ERRORS, Threshold=0.5),
        setting(MAIL, Threshold=5),
        setting(MAIL, ComparisonOperator="GreaterThanOrEqualToThreshold"),
        setting(LATENCY, DatapointsToAlarm=1),
        setting(LATENCY, EvaluationPeriods=5),
        setting("ObservabilityAlertsDeploymentUnderWay", EvaluationPeriods=10, Threshold=1),
        setting(LATENCY, AlarmDescription="In other words", Tags=[]),
        setting(MAIL, AlarmActions=[{"Ref": "ObservabilityAlertsTopicsWarning915BCD8E"}, "arn:aws:sns:x:1:pager"]),
        expression(ERRORS, RATE.format(2, 5)),
        expression(ERRORS, "IF(errors >= 3 AND requests >= 10, errors / requests, 0)", Threshold=0.01),
        statistic(LATENCY, "Maximum"),
        by_the_minute(2, 1),
        in_other_words,
        setting(FEWER, ComparisonOperator="LessThanLowerOrGreaterThanUpperThreshold"),
    ],
)
def test_an_alarm_that_is_as_strict_or_stricter_is_welcome(real: Assembly, change: Change) -> None:
    good = release(edited(real, "gamma/orders", change), real)
    assert (found(RULE, good), look(RULE, good).checked) == ((), look(RULE, release(real, real)).checked)


def test_a_new_version_makes_no_other_series(real: Assembly) -> None:
    def another_version(document: Template) -> None:
        resources = document["Resources"]
        old = next(name for name in resources if name.startswith("OrdersFunctionCurrentVersion"))
        resources[f"{old}2"] = resources.pop(old)
        for row in alarm(document, ERRORS)["Metrics"][1:]:
            row["MetricStat"]["Metric"]["Dimensions"][0]["Value"] = {"Fn::GetAtt": [f"{old}2", "Version"]}

    assert found(RULE, release(edited(real, "gamma/orders", another_version), real)) == ()


def test_a_first_release_is_compared_with_nothing(real: Assembly) -> None:
    assert look(RULE, release(real)).checked == 0


def test_a_part_that_is_called_otherwise_is_heard_by_its_new_name(real: Assembly) -> None:
    assert found(RULE, release(edited(real, "gamma/orders", called_otherwise), real)) == ()
