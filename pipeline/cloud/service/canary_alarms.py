"""Alarms that see the new version alone.

Lambda publishes the series of what an alias sends to one version under all three of FunctionName, Resource and
ExecutedVersion; a metric with fewer of them is another series, which holds both versions or nothing (Lambda developer
guide, "Types of metrics for Lambda functions"; aws-cdk#14248). Lambda counts only thrown errors and timeouts, so the
handlers' own counters (EMF) carry the answers of 500 and above, with the version as a dimension that API Gateway's
metrics lack.

A period with fewer requests than the alarm asks for measures nothing and reads as 0; a period without any is missing,
and missing does not breach. Whether there was enough traffic is asked elsewhere, by the hook after the shift.
"""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from pipeline.cloud.service.functions import ServiceFunction
from pipeline.cloud.service.versioned_function import ALIAS, METRICS_NAMESPACE
from pipeline.plan.alerts import CANARY_RUNBOOK
from pipeline.plan.model import Alarm, Stage


def canary_alarm(scope: Construct, stage: Stage, function: ServiceFunction, alarm: Alarm) -> cloudwatch.Alarm:
    """The alarm `orders-{stage}-{function}-{alarm}` on the version that this template makes."""
    return cloudwatch.Alarm(
        scope,
        alarm.name.title().replace("-", ""),
        alarm_name=f"orders-{stage.name}-{function.group.name}-{alarm.name}",
        alarm_description=_description(function, alarm),
        metric=_measure(function, alarm),
        threshold=alarm.threshold,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluation_periods=alarm.periods,
        datapoints_to_alarm=alarm.datapoints,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )


def _description(function: ServiceFunction, alarm: Alarm) -> str:
    what = {
        "errors": "invocations that ended in an error or a timeout",
        "server-errors": "requests answered with 500 or above",
        "latency": "the 99th percentile of the request time",
    }[alarm.measure]
    limit = f"{alarm.threshold:g} {alarm.unit}"
    seen = f"New version of {function.group.name} behind alias {ALIAS}: {what} above {limit}. Rolls back."
    return f"{seen} Runbook: pipeline/runbooks/{CANARY_RUNBOOK}.md"


def _measure(function: ServiceFunction, alarm: Alarm) -> cloudwatch.MathExpression:
    match alarm.measure:
        case "errors":
            lambdas = _lambda_dimensions(function)
            errors = _metric("AWS/Lambda", "Errors", "Sum", lambdas)
            return _rate(alarm, errors, _metric("AWS/Lambda", "Invocations", "Sum", lambdas))
        case "server-errors":
            ours = _own_dimensions(function)
            errors = _metric(METRICS_NAMESPACE, "ServerErrors", "Sum", ours)
            return _rate(alarm, errors, _metric(METRICS_NAMESPACE, "Requests", "Sum", ours))
        case "latency":
            ours = _own_dimensions(function)
            slowest = _metric(METRICS_NAMESPACE, "Latency", "p99", ours)
            return _guarded(
                alarm, "p99", {"p99": slowest, "requests": _metric(METRICS_NAMESPACE, "Requests", "Sum", ours)}
            )


def _rate(alarm: Alarm, errors: cloudwatch.IMetric, requests: cloudwatch.IMetric) -> cloudwatch.MathExpression:
    """Percent of requests."""
    enough = f"errors >= {alarm.min_failures} AND "
    return _guarded(alarm, "100 * errors / requests", {"errors": errors, "requests": requests}, enough)


def _guarded(
    alarm: Alarm, value: str, metrics: Mapping[str, cloudwatch.IMetric], also: str = ""
) -> cloudwatch.MathExpression:
    """`value` in periods with enough requests, otherwise 0: one failed request out of two is no 50 %."""
    return cloudwatch.MathExpression(
        expression=f"IF({also}requests >= {alarm.min_requests}, {value}, 0)",
        using_metrics=dict(metrics),
        label=f"{alarm.name} ({alarm.unit})",
        period=Duration.seconds(alarm.period_seconds),
    )


def _metric(namespace: str, name: str, statistic: str, dimensions: Mapping[str, str]) -> cloudwatch.IMetric:
    return cloudwatch.Metric(
        namespace=namespace, metric_name=name, statistic=statistic, dimensions_map=dict(dimensions)
    )


def _lambda_dimensions(function: ServiceFunction) -> Mapping[str, str]:
    name = function.function.function_name
    return {"FunctionName": name, "Resource": f"{name}:{ALIAS}", "ExecutedVersion": function.version.version}


def _own_dimensions(function: ServiceFunction) -> Mapping[str, str]:
    name = function.function.function_name
    return {"FunctionName": name, "Alias": ALIAS, "ExecutedVersion": function.version.version}
