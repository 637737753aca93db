"""What a rollout watches are series of the new version alone."""

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release

RULE = "alarm_sees_canary_alone"


def stat(document: Template, alarm: str = "Errors", row: int = 1) -> Template:
    return first(document, "CloudWatch::Alarm", f"RolloutOrders{alarm}")["Properties"]["Metrics"][row]["MetricStat"]


def metric(change: Callable[[Any], None], alarm: str = "Errors", row: int = 1) -> Change:
    return lambda document: change(stat(document, alarm, row)["Metric"])


def dimension(name: str, value: Any, alarm: str = "Errors") -> Change:
    def change(metric: Any) -> None:
        next(each for each in metric["Dimensions"] if each["Name"] == name)["Value"] = value

    return lambda document: change(stat(document, alarm)["Metric"])


def without(name: str, alarm: str = "Errors") -> Change:
    def change(metric: Any) -> None:
        metric["Dimensions"] = [each for each in metric["Dimensions"] if each["Name"] != name]

    return lambda document: change(stat(document, alarm)["Metric"])


def renamed_dimension(metric: Any) -> None:
    metric["Dimensions"][0]["Name"] = "Version"


def in_seconds(document: Template) -> None:
    stat(document, "Latency")["Unit"] = "Seconds"


def other_function(document: Template) -> None:
    other = next(name for name in document["Resources"] if name.startswith("ProductsFunction"))
    dimension("FunctionName", {"Ref": other})(document)


def elsewhere(document: Template) -> None:
    rows = first(document, "CloudWatch::Alarm", "RolloutOrdersErrors")["Properties"]["Metrics"]
    rows[1]["AccountId"] = "999999999999"


def without_rows(document: Template) -> None:
    first(document, "CloudWatch::Alarm", "RolloutOrdersErrors")["Properties"]["Metrics"] = []


def dimensions(alarm: str, **values: Any) -> Change:
    told = [{"Name": name, "Value": value} for name, value in values.items()]
    return lambda document: first(document, "CloudWatch::Alarm", alarm)["Properties"].update(Dimensions=told)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (without("ExecutedVersion"), "no function writes AWS/Lambda by FunctionName, Resource"),
        (without("Resource"), "no function writes AWS/Lambda by ExecutedVersion, FunctionName"),
        (without("ExecutedVersion", "ServerErrors"), "nothing in Orders is called ServerErrors: there are Evidence"),
        (metric(renamed_dimension), "no function writes AWS/Lambda by FunctionName, Resource, Version"),
        (metric(lambda metric: metric.update(MetricName="Error")), "nothing in AWS/Lambda is called Error"),
        (metric(lambda metric: metric.update(MetricName="5xx"), "ServerErrors"), "nothing in Orders is called 5xx"),
        (metric(lambda metric: metric.update(Namespace="orders"), "ServerErrors"), "no function writes orders by"),
        (metric(lambda metric: metric.update(Namespace="AWS/ApiGateway")), "no function writes AWS/ApiGateway by"),
        (metric(lambda metric: metric.pop("Dimensions"), "ServerErrors"), "no function writes Orders by nothing"),
        (metric(lambda metric: metric.pop("Dimensions")), "nothing in AWS/Lambda is called Errors: there are Thrott"),
        (metric(lambda metric: metric.pop("Dimensions"), row=2), "it reckons what the whole account does into what"),
        (dimension("ExecutedVersion", "$LATEST"), "ExecutedVersion is $LATEST, which is not this rollout's"),
        (dimension("ExecutedVersion", "7"), "ExecutedVersion is 7"),
        (dimension("Resource", "orders-prod-orders:blue"), "Resource is orders-prod-orders:blue"),
        (dimension("Alias", "none", "ServerErrors"), "Alias is none"),
        (dimension("FunctionName", "orders-beta-orders"), "FunctionName is orders-beta-orders"),
        (other_function, "FunctionName is ${ProductsFunction"),
        (in_seconds, "it asks for Latency in Seconds: it is written in Milliseconds"),
        (elsewhere, "it looks into the account 999999999999"),
        (without_rows, "it looks at no metric"),
        (dimensions("RolloutOrdersJudge", FunctionName="orders-beta-orders", Alias="live"), "is orders-beta-orders"),
    ],
)
def test_an_alarm_that_sees_nothing_or_too_much_is_told(real: Assembly, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, "prod/orders", change)))
    assert any(told in each.what and each.where.startswith("prod/orders:RolloutOrders") for each in findings)


def test_the_function_may_be_named_by_its_name(real: Assembly) -> None:
    def by_name(document: Template) -> None:
        dimension("FunctionName", "orders-prod-orders")(document)
        dimension("Resource", "orders-prod-orders:live")(document)

    assert found(RULE, release(edited(real, "prod/orders", by_name))) == ()


def test_another_metric_of_the_same_series_is_welcome(real: Assembly) -> None:
    def durations(metric: Any) -> None:
        metric["MetricName"] = "Duration"

    assert found(RULE, release(edited(real, "prod/orders", metric(durations)))) == ()


def test_the_release_as_it_is_sees_its_canaries(real: Assembly) -> None:
    assert (found(RULE, release(real, real)), look(RULE, release(real)).checked) == ((), 93)


@pytest.mark.parametrize("function", [{"Ref": "Nobody"}, "orders-prod-orders"])
def test_errors_of_another_function_than_the_judge_are_none_of_the_judges(real: Assembly, function: Any) -> None:
    change = dimensions("RolloutJudgeErrors", FunctionName=function)
    findings = found(RULE, release(edited(real, "prod/orders", change)))
    assert {each.where.split(" ")[0].rpartition(":")[2] for each in findings} == {judge_errors(real)}
    assert all("which is not this rollout's" in each.what for each in findings)


def judge_errors(real: Assembly) -> str:
    (stack,) = [each for each in real.stacks if each.name == "prod/orders"]
    return next(name for name in stack.resources if name.startswith("RolloutJudgeErrors"))
