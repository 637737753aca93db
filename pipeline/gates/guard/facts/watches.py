"""How a watch over an account tells later, or of less, than it did: budgets, unusual costs, access from outside. Pure.

Sources: template references of AWS::Budgets::Budget (a threshold is a part of the budget in percent, or an amount),
AWS::CE::AnomalySubscription (thresholds by Cost Explorer's expressions, as JSON text), AWS::AccessAnalyzer::Analyzer;
IAM user guide, "Archive rules": what meets all criteria of a rule is archived as soon as it is found.
"""

import json
from collections.abc import Iterator, Mapping

from pipeline.gates.guard.comparing import number
from pipeline.gates.guard.facts.texts import written
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.values import at, changed, said
from pipeline.gates.openapi.node import Json, listed, mapped

BUDGET, ANOMALIES, ANALYZER = "AWS::Budgets::Budget", "AWS::CE::AnomalySubscription", "AWS::AccessAnalyzer::Analyzer"
_COUNTED = ("BudgetType", "TimeUnit", "CostFilters", "FilterExpression", "CostTypes", "Metrics", "AutoAdjustData")
_ONE_THING = frozenset({"resource", "principal.AWS", "principal.CanonicalUser", "principal.Federated", "id"})
"""Criteria that name a single access, where they ask for what is equal."""


def weaker(old: Resource, new: Resource) -> Iterator[tuple[str, str]]:
    """What a watch no longer tells, or tells later, in words, each with its property."""
    match old.type:
        case "AWS::Budgets::Budget":
            yield from _budget(old, new)
        case "AWS::CE::AnomalySubscription":
            yield from _anomalies(old, new)
        case "AWS::AccessAnalyzer::Analyzer":
            yield from _analyzer(old, new)


def _budget(old: Resource, new: Resource) -> Iterator[tuple[str, str]]:
    where = "NotificationsWithSubscribers"
    for name in _COUNTED:
        was, now = old.at("Budget", name), new.at("Budget", name)
        if was != now:
            yield f"it counts something else: {name} {changed(was, now)}", f"Budget.{name}"
    after = [(_when(each, new), _told(each)) for each in listed(new.at(where))]
    for each in listed(old.at(where)):
        when, told = _when(each, old), _told(each)
        if when is None:
            continue
        kind, threshold = when
        heard = {who for also, whom in after if also and also[0] == kind and also[1] <= threshold for who in whom}
        for who in sorted(told - heard):
            yield f"{who} no longer hears when it is spent to {threshold:g} % ({kind})", where


def _when(notification: Json, budget: Resource) -> tuple[str, float] | None:
    """Of what a budget tells, and at which part of it in percent; None for what tells of too little, or nothing."""
    told = mapped(at(notification, "Notification"))
    threshold, amount = number(told.get("Threshold")), number(budget.at("Budget", "BudgetLimit", "Amount"))
    if threshold is None or told.get("ComparisonOperator") not in ("GREATER_THAN", "EQUAL_TO"):
        return None
    if told.get("ThresholdType") == "ABSOLUTE_VALUE":
        threshold = 100 * threshold / amount if amount else float("inf")
    return str(told.get("NotificationType")), threshold


def _told(notification: Json) -> set[str]:
    return {written(at(each, "Address")) for each in listed(at(notification, "Subscribers"))}


def _anomalies(old: Resource, new: Resource) -> Iterator[tuple[str, str]]:
    for name, of in (("Subscribers", "Address"), ("MonitorArnList", "")):
        had, has = ([said(at(each, of) if of else each) for each in listed(side.at(name))] for side in (old, new))
        for gone in sorted(set(had) - set(has)):
            yield f"{'it no longer tells' if of else 'nobody hears of'} {gone}", name
    before, after = _thresholds(old), _thresholds(new)
    for key in sorted(after):
        if after[key] > before.get(key, 0):
            told = changed(before.get(key), after[key])
            yield f"smaller costs are told to nobody: {key} {told}", "ThresholdExpression"
    if old.at("Frequency") == "IMMEDIATE" and new.at("Frequency") != "IMMEDIATE":
        yield f"it tells later: {changed(old.at('Frequency'), new.at('Frequency'))}", "Frequency"


def _thresholds(subscription: Resource) -> Mapping[str, float]:
    """What an unusual cost must come to at least before it is told, by what is measured."""
    plain = number(subscription.at("Threshold"))
    found = {"ANOMALY_TOTAL_IMPACT_ABSOLUTE": plain} if plain is not None else {}
    return {**found, **dict(_limits(_parsed(subscription.at("ThresholdExpression"))))}


def _limits(expression: Json) -> Iterator[tuple[str, float]]:
    if isinstance(expression, list):
        for each in expression:
            yield from _limits(each)
    for name, value in mapped(expression).items():
        if name == "Dimensions":
            limits = [limit for each in listed(at(value, "Values")) if (limit := number(each)) is not None]
            yield str(at(value, "Key")), max(limits, default=float("inf"))
        else:
            yield from _limits(value)


def _parsed(text: Json) -> Json:
    try:
        parsed: Json = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return None
    return parsed


def _analyzer(old: Resource, new: Resource) -> Iterator[tuple[str, str]]:
    if old.at("Type") != new.at("Type"):
        yield f"it looks for something else: {changed(old.at('Type'), new.at('Type'))}", "Type"
    known = [at(rule, "Filter") for rule in listed(old.at("ArchiveRules"))]
    for rule in listed(new.at("ArchiveRules")):
        criteria = listed(at(rule, "Filter"))
        narrow = any(at(each, "Property") in _ONE_THING and listed(at(each, "Eq")) for each in criteria)
        if at(rule, "Filter") not in known and not narrow:
            told = ", ".join(map(said, criteria)) or "anything"
            yield f"what it finds is archived before anybody sees it, where {told}", "ArchiveRules"
