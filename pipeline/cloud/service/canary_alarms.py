"""Alarms that see the new version alone, and one on what Lambda lets in of nobody.

Lambda publishes the series of what an alias sends to one version under all three of FunctionName, Resource and
ExecutedVersion; a metric with fewer of them is another series, which holds both versions or nothing (Lambda developer
guide, "Types of metrics for Lambda functions"; aws-cdk#14248). Lambda counts only thrown errors and timeouts, so the
handlers' own counters (EMF) carry the answers of 500 and above, with the version as a dimension that API Gateway's
metrics lack. What Lambda does not let in is no invocation (the same guide, Throttles), and all versions share what may
run at once: one alarm of the stage's account says that this is no time to move traffic, whoever caused it.

A period with fewer requests than the alarm asks for measures nothing and reads as 0; a period without any is missing,
and missing does not breach. Whether there was enough traffic is asked elsewhere, by the hook after the shift.
"""

from collections.abc import Mapping

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from pipeline.cloud.service.functions import ServiceFunction
from pipeline.cloud.service.measures import metric
from pipeline.cloud.service.route_groups import RouteGroup
from pipeline.cloud.service.series import Formula, Series, watched
from pipeline.cloud.service.versioned_function import ALIAS, METRICS_NAMESPACE
from pipeline.plan.alerts import CANARY_RUNBOOK
from pipeline.plan.model import Alarm, Rollout, Stage

SHARED = "throttles"
"""The measure that no version has of its own."""


def of_version(rollout: Rollout, group: RouteGroup) -> tuple[Alarm, ...]:
    """The alarms of a rollout that a function has for its own new version; one on the business only where that is."""
    return tuple(
        alarm for alarm in rollout.alarms if alarm.measure != SHARED and (alarm.measure != "business" or group.business)
    )


def of_stage(rollout: Rollout) -> tuple[Alarm, ...]:
    """Those that the functions of a stage share."""
    return tuple(alarm for alarm in rollout.alarms if alarm.measure == SHARED)


def canary_alarm(scope: Construct, stage: Stage, function: ServiceFunction, alarm: Alarm) -> cloudwatch.Alarm:
    """The alarm `orders-{stage}-{function}-{alarm}` on the version that this template makes."""
    told = f"New version of {function.group.name} behind alias {ALIAS}: {_what(alarm)}"
    return _alarm(scope, canary_alarm_name(stage, function, alarm), told, alarm, measured(function, alarm))


def stage_alarm(scope: Construct, stage: Stage, alarm: Alarm) -> cloudwatch.Alarm:
    """The alarm `orders-{stage}-{alarm}` on the whole account of a stage."""
    return _alarm(
        scope, stage_alarm_name(stage, alarm), f"While a version shifts: {_what(alarm)}", alarm, _throttled(alarm)
    )


def canary_alarm_name(stage: Stage, function: ServiceFunction, alarm: Alarm) -> str:
    """What the alarm on a function's new version is called."""
    return f"orders-{stage.name}-{function.group.name}-{alarm.name}"


def stage_alarm_name(stage: Stage, alarm: Alarm) -> str:
    """What the alarm that all functions of a stage share is called."""
    return f"orders-{stage.name}-{alarm.name}"


def _alarm(scope: Construct, name: str, told: str, alarm: Alarm, measure: Formula) -> cloudwatch.Alarm:
    return cloudwatch.Alarm(
        scope,
        alarm.name.title().replace("-", ""),
        alarm_name=name,
        alarm_description=f"{told}. Rolls back. Runbook: pipeline/runbooks/{CANARY_RUNBOOK}.md",
        metric=watched(measure),
        threshold=alarm.threshold,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluation_periods=alarm.periods,
        datapoints_to_alarm=alarm.datapoints,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )


def _what(alarm: Alarm) -> str:
    what = {
        "errors": "invocations that ended in an error or a timeout",
        "server-errors": "requests answered with 500 or above",
        "latency": f"the time that {alarm.percentile} % of requests are faster than",
        "business": "attempts at what the business lives on that came to nothing",
        "throttles": "invocations that were not let in",
    }[alarm.measure]
    return f"{what} above {alarm.threshold:g} {alarm.unit}"


def measured(function: ServiceFunction, alarm: Alarm) -> Formula:
    """What an alarm on the new version of a function looks at; ValueError for what no version has of its own."""
    seconds = alarm.period_seconds
    match alarm.measure:
        case "errors":
            lambdas = _lambda_dimensions(function)
            errors = metric("AWS/Lambda", "Errors", "Sum", lambdas, seconds)
            return _rate(alarm, errors, metric("AWS/Lambda", "Invocations", "Sum", lambdas, seconds))
        case "server-errors":
            ours = _own_dimensions(function)
            errors = metric(METRICS_NAMESPACE, "ServerErrors", "Sum", ours, seconds)
            return _rate(alarm, errors, metric(METRICS_NAMESPACE, "Requests", "Sum", ours, seconds))
        case "latency":
            ours = _own_dimensions(function)
            statistic = f"p{alarm.percentile}"
            slowest = metric(METRICS_NAMESPACE, "Latency", statistic, ours, seconds)
            requests = metric(METRICS_NAMESPACE, "Requests", "Sum", ours, seconds)
            return _guarded(alarm, statistic, {statistic: slowest, "requests": requests})
        case "business":
            attempts, converted = (
                metric(METRICS_NAMESPACE, name, "Sum", _own_dimensions(function), seconds)
                for name in ("Attempts", "Conversions")
            )
            expression = f"IF(attempts >= {alarm.min_requests}, 100 * (attempts - conversions) / attempts, 0)"
            parts = {"attempts": attempts, "conversions": converted}
            return Formula(expression, parts, f"{alarm.name} ({alarm.unit})", seconds)
        case "throttles":
            raise ValueError(f"{alarm.name}: no version has throttles of its own")


def _rate(alarm: Alarm, errors: Series, requests: Series) -> Formula:
    """Percent of requests."""
    enough = f"errors >= {alarm.min_failures} AND "
    return _guarded(alarm, "100 * errors / requests", {"errors": errors, "requests": requests}, enough)


def _throttled(alarm: Alarm) -> Formula:
    """Percent of what was asked for, of all functions. Where nothing is let in, nothing is invoked, and that series is
    missing."""
    metrics = {
        "throttles": metric("AWS/Lambda", "Throttles", "Sum", None, alarm.period_seconds),
        "invocations": metric("AWS/Lambda", "Invocations", "Sum", None, alarm.period_seconds),
    }
    asked = "(throttles + FILL(invocations, 0))"
    enough = f"throttles >= {alarm.min_failures} AND {asked} >= {alarm.min_requests}"
    expression = f"IF({enough}, 100 * throttles / {asked}, 0)"
    return Formula(expression, metrics, f"{alarm.name} ({alarm.unit})", alarm.period_seconds)


def _guarded(alarm: Alarm, value: str, metrics: Mapping[str, Series], also: str = "") -> Formula:
    """`value` in periods with enough requests, otherwise 0: one failed request out of two is no 50 %."""
    expression = f"IF({also}requests >= {alarm.min_requests}, {value}, 0)"
    return Formula(expression, metrics, f"{alarm.name} ({alarm.unit})", alarm.period_seconds)


def _lambda_dimensions(function: ServiceFunction) -> Mapping[str, str]:
    name = function.name
    return {"FunctionName": name, "Resource": f"{name}:{ALIAS}", "ExecutedVersion": function.version}


def _own_dimensions(function: ServiceFunction) -> Mapping[str, str]:
    return {"FunctionName": function.name, "Alias": ALIAS, "ExecutedVersion": function.version}
