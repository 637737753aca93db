"""What watches the account, and what keeps personal data out of logs, goes on."""

import json
from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
    Change,
    Template,
    assembly,
    first,
    found,
    look,
    new_in,
    release,
    resource,
    subject,
    update,
)

RULE = "watch_stays"
MASKS = "DataProtectionPolicy"


def no_analyzer(document: Template) -> None:
    del document["Resources"][next(name for name in document["Resources"] if "Analyzer" in name)]


def no_budget(document: Template) -> None:
    del document["Resources"][next(name for name in document["Resources"] if "AccountBudget" in name)]


def unmasked(document: Template) -> None:
    del first(document, "Logs::LogGroup", "OrdersLogs")["Properties"][MASKS]


def masked_less(document: Template) -> None:
    first(document, "Logs::LogGroup", "OrdersLogs")["Properties"][MASKS]["Statement"][1]["DataIdentifier"].pop()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (no_analyzer, "AWS::AccessAnalyzer::Analyzer"),
        (no_budget, "AWS::Budgets::Budget"),
        (unmasked, "DataProtectionPolicy was"),
        (masked_less, "it no longer masks or finds "),
    ],
)
def test_what_no_longer_watches_is_told(real: Assembly, change: Change, words: str) -> None:
    (told,) = new_in(RULE, real, change)
    assert words in told.what


def test_a_log_that_masks_more_is_welcome(real: Assembly) -> None:
    def more(document: Template) -> None:
        for statement in first(document, "Logs::LogGroup", "OrdersLogs")["Properties"][MASKS]["Statement"]:
            statement["DataIdentifier"].insert(0, "arn:aws:dataprotection::aws:data-identifier/IpAddress")

    assert new_in(RULE, real, more) == ()


def test_a_trail_that_is_switched_off_is_told() -> None:
    on, off = (resource("CloudTrail::Trail", IsLogging=is_on) for is_on in (True, False))
    (told,) = found(RULE, subject(assembly(prod={"Trail": off}), assembly(prod={"Trail": on})))
    assert "switched off" in told.what
    assert found(RULE, subject(assembly(prod={"Trail": on}), assembly(prod={"Trail": off}))) == ()


def analyzed(*filters: Any) -> dict[str, Any]:
    return {"Type": "ACCOUNT", "ArchiveRules": [{"RuleName": "r", "Filter": list(each)} for each in filters]}


PRIVATE = {"Property": "isPublic", "Eq": ["false"]}
ROLES = {"Property": "resourceType", "Eq": ["AWS::IAM::Role"]}
PARTNER = {"Property": "resource", "Eq": ["arn:aws:iam::1:role/partner"]}
ANY_PARTNER = {"Property": "resource", "Contains": ["role/"]}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (analyzed(), analyzed([PRIVATE]), "archived before anybody sees it, where"),
        (analyzed(), analyzed([ROLES]), "AWS::IAM::Role"),
        (analyzed(), analyzed([ANY_PARTNER]), "archived before"),
        (analyzed(), analyzed([]), "where anything"),
        (analyzed([PARTNER, PRIVATE]), analyzed([PRIVATE]), "archived before"),
        (analyzed(), {"Type": "ACCOUNT_UNUSED_ACCESS"}, "looks for something else"),
    ],
)
def test_findings_that_nobody_sees_are_told(old: dict[str, Any], new: dict[str, Any], words: str) -> None:
    (told,) = found(RULE, update("AccessAnalyzer::Analyzer", old, new))
    assert words in told.what


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (analyzed(), analyzed([PARTNER])),
        (analyzed([PRIVATE]), analyzed([PRIVATE])),
        (analyzed([PRIVATE]), analyzed()),
    ],
)
def test_one_access_that_is_meant_may_be_archived(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert found(RULE, update("AccessAnalyzer::Analyzer", old, new)) == ()


def notified(threshold: float, kind: str = "ACTUAL", by: str = "PERCENTAGE", who: str = "a") -> dict[str, Any]:
    notification = {
        "ComparisonOperator": "GREATER_THAN",
        "NotificationType": kind,
        "Threshold": threshold,
        "ThresholdType": by,
    }
    return {"Notification": notification, "Subscribers": [{"SubscriptionType": "SNS", "Address": who}]}


def budget(*told: dict[str, Any], amount: int = 500, **values: Any) -> dict[str, Any]:
    limit = {"Amount": amount, "Unit": "USD"}
    counted = {"BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": limit, **values}
    return {"Budget": counted, "NotificationsWithSubscribers": list(told)}


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (budget(notified(1_000)), "a no longer hears when it is spent to 100 %"),
        (budget(notified(5_000, by="ABSOLUTE_VALUE")), "no longer hears"),
        (budget(notified(100, "FORECASTED")), "no longer hears"),
        (budget(notified(100, who="b")), "a no longer hears"),
        (budget(), "no longer hears"),
        (budget(notified(100), CostFilters={"Service": ["AmazonS3"]}), "it counts something else: CostFilters"),
        (budget(notified(100), TimeUnit="ANNUALLY"), "it counts something else: TimeUnit"),
    ],
)
def test_a_budget_that_is_told_later_is_told(new: dict[str, Any], words: str) -> None:
    (told,) = found(RULE, update("Budgets::Budget", budget(notified(100)), new))
    assert words in told.what


def test_a_forecast_is_not_made_up_for_by_what_is_spent() -> None:
    old, new = budget(notified(100, "FORECASTED")), budget(notified(100))
    (told,) = found(RULE, update("Budgets::Budget", old, new))
    assert "(FORECASTED)" in told.what


@pytest.mark.parametrize(
    "new",
    [
        budget(notified(80)),
        budget(notified(100), notified(1_000)),
        budget(notified(450, by="ABSOLUTE_VALUE")),
        budget(notified(100), amount=800),
    ],
)
def test_a_budget_that_is_told_sooner_or_is_another_one_is_right(new: dict[str, Any]) -> None:
    assert found(RULE, update("Budgets::Budget", budget(notified(100)), new)) == ()


def unusual(dollars: int, frequency: str = "IMMEDIATE", who: str = "a", **other: Any) -> dict[str, Any]:
    limit = {"Dimensions": {"Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE", "Values": [str(dollars)]}}
    return {
        "Frequency": frequency,
        "MonitorArnList": ["m"],
        "Subscribers": [{"Type": "SNS", "Address": who}],
        "ThresholdExpression": json.dumps(limit),
        **other,
    }


PERCENT = {"Dimensions": {"Key": "ANOMALY_TOTAL_IMPACT_PERCENTAGE", "Values": ["900"]}}


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (unusual(2_000), "smaller costs are told to nobody"),
        (unusual(20, ThresholdExpression=json.dumps({"And": [PERCENT]})), "ANOMALY_TOTAL_IMPACT_PERCENTAGE"),
        (unusual(20, Threshold=100, ThresholdExpression=None), "smaller costs are told to nobody"),
        (unusual(20, "WEEKLY"), "it tells later"),
        (unusual(20, who="b"), "it no longer tells a"),
        (unusual(20, MonitorArnList=["n"]), "nobody hears of m"),
    ],
)
def test_unusual_costs_that_fewer_hear_of_are_told(new: dict[str, Any], words: str) -> None:
    (told,) = found(RULE, update("CE::AnomalySubscription", unusual(20), new))
    assert words in told.what


@pytest.mark.parametrize("new", [unusual(20), unusual(10), unusual(20, ThresholdExpression="none")])
def test_unusual_costs_that_more_hear_of_are_right(new: dict[str, Any]) -> None:
    assert found(RULE, update("CE::AnomalySubscription", unusual(20), new)) == ()


def test_the_release_as_it_is_watches_on(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked > 13 * 3, part.findings) == (True, ())
