"""Metrics that are made from logs: for what nobody counts who could also be the one to fail."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from aws_cdk import aws_logs as logs
from constructs import Construct, IConstruct

from pipeline.cloud.service.measures import logs_namespace
from pipeline.plan.model import Stage


@dataclass(frozen=True)
class LogMetric:
    """What the lines that match `pattern` say (CloudWatch Logs user guide, "Filter pattern syntax").

    `value` is what each of them is worth: 1, so that they are counted, or what is at a selector.
    """

    name: str
    pattern: str
    value: str = "1"


OF_THE_GATEWAY = (
    LogMetric("Unauthorized", '{ $.status = "401" }'),
    LogMetric("Forbidden", '{ $.status = "403" }'),
    LogMetric("RateLimitHits", '{ $.status = "429" }'),
    LogMetric("ServerErrorAnswers", '{ $.status = "5*" }'),
)
"""On the access log, where every field is text. It has the gateway's own refusals, which no function sees."""

OF_A_FUNCTION = (
    LogMetric("LoggedErrors", '{ $.level = "ERROR" }'),
    LogMetric("TimeOuts", '{ ($.record.status = "timeout") || ($.message = "*Task timed out*") }'),
    LogMetric("MemoryUsed", '{ $.type = "platform.report" }', "$.record.metrics.maxMemoryUsedMB"),
)
"""On a function's log. A function that ran out of time says nothing any more: Lambda does, as a report or in a line.

Lambda's report of an invocation has its environment's peak of memory in MB (Lambda Telemetry API, schema reference).
"""

GATEWAY_LOGS = "/aws/apigateway/"
FUNCTION_LOGS = "/aws/lambda/orders-"
"""The logs of the API's own functions; those of the traffic hooks begin otherwise."""


class LogMetrics(Construct):
    """The metrics of every log that is there and is the gateway's or a function's."""

    def __init__(self, scope: Construct, name: str, stage: Stage, there: Iterable[IConstruct]) -> None:
        super().__init__(scope, name)
        for log_name, group in log_groups(there).items():
            whose = log_name.removeprefix(f"{FUNCTION_LOGS}{stage.name}-")
            where = "Gateway" if log_name.startswith(GATEWAY_LOGS) else whose.title().replace("-", "")
            self._count(stage, where, group, metrics_of(log_name))

    def _count(self, stage: Stage, where: str, group: logs.CfnLogGroup, counted: Sequence[LogMetric]) -> None:
        for each in counted:
            logs.MetricFilter(
                self,
                f"{where}{each.name}",
                log_group=group,
                filter_pattern=_literal(each.pattern),
                metric_namespace=logs_namespace(stage),
                metric_name=each.name,
                metric_value=each.value,
                default_value=0 if each.value == "1" else None,
            )


def metrics_of(log_name: str) -> tuple[LogMetric, ...]:
    """What is counted in a log of this name."""
    if log_name.startswith(GATEWAY_LOGS):
        return OF_THE_GATEWAY
    return OF_A_FUNCTION if log_name.startswith(FUNCTION_LOGS) else ()


def log_groups(there: Iterable[IConstruct]) -> Mapping[str, logs.CfnLogGroup]:
    """The log groups among these that have names, by their names."""
    groups = [(each.log_group_name, each) for each in there if isinstance(each, logs.CfnLogGroup)]
    return {name: group for name, group in groups if name}


@cache
def _literal(pattern: str) -> logs.IFilterPattern:
    return logs.FilterPattern.literal(pattern)
