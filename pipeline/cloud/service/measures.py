"""What can be measured of a stage: one place for the names, dimensions and statistics of every metric.

Three sources: AWS's own namespaces; the namespace `Orders` with the dimension Stage, printed by the functions
(`api.adapters.metrics`); and `Orders/{stage}` without dimensions, made from logs (`log_metrics`).
"""

from collections.abc import Mapping

from aws_cdk import aws_sqs as sqs

from pipeline.cloud.service.series import Formula, Series
from pipeline.cloud.service.versioned_function import METRICS_NAMESPACE
from pipeline.plan.alerts import Alert, Unusual
from pipeline.plan.model import Stage


def metric(
    namespace: str,
    name: str,
    statistic: str,
    dimensions: Mapping[str, str] | None = None,
    seconds: int = 60,
    label: str | None = None,
) -> Series:
    """One series; `label` is what a graph calls it."""
    return Series(namespace, name, statistic, tuple(sorted((dimensions or {}).items())), seconds, label)


def waiting(queue: sqs.IQueue, seconds: int = 60) -> Series:
    """How many messages wait in a queue, at most."""
    return metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", {"QueueName": queue.queue_name}, seconds)


def of_gateway(stage: Stage, name: str, statistic: str, seconds: int = 60) -> Series:
    """A metric of the stage's gateway: Count, 4XXError, 5XXError, Latency, IntegrationLatency."""
    dimensions = {"ApiName": f"orders-{stage.name}", "Stage": stage.name}
    return metric("AWS/ApiGateway", name, statistic, dimensions, seconds)


def of_business(stage: Stage, name: str, seconds: int = 60) -> Series:
    """How often something happened, as the functions of the stage count it."""
    return metric(METRICS_NAMESPACE, name, "Sum", {"Stage": stage.name}, seconds)


def logs_namespace(stage: Stage) -> str:
    """The namespace of the metrics that are made from the stage's logs."""
    return f"{METRICS_NAMESPACE}/{stage.name}"


def of_logs(stage: Stage, name: str, statistic: str = "Sum") -> Series:
    """What the lines of the logs said: how often, or how much."""
    return metric(logs_namespace(stage), name, statistic)


def measured(stage: Stage, alert: Alert) -> Series | Formula:
    """The series that an alert looks at, in the alert's unit."""
    seconds = alert.window.period_seconds
    requests = of_gateway(stage, "Count", "Sum", seconds)
    match alert.measure:
        case "error-rate":
            return _rate(alert, of_gateway(stage, "5XXError", "Sum", seconds), requests)
        case "cold-starts":
            return _rate(alert, of_business(stage, "ColdStart", seconds), requests)
        case "latency":
            slowest = of_gateway(stage, "Latency", "p95", seconds)
            return _guarded(alert, "p95", {"p95": slowest, "requests": requests})
        case "returned-mail":
            return of_business(stage, "MailReturned", seconds)
        case "concurrency":
            running = metric("AWS/Lambda", "ConcurrentExecutions", "Maximum", None, seconds)
            limit = stage.settings.concurrency_limit
            return _expression(alert, f"100 * running / {limit}", {"running": running})


def usually(stage: Stage, unusual: Unusual) -> Series | Formula:
    """The series whose band is learnt.

    A minute without an order has no datapoint. Filled with 0 it counts as one, until no order has come for the whole of
    the window: so a stop is told once, and a night without customers is none.
    """
    seconds = unusual.window.period_seconds
    match unusual.measure:
        case "latency":
            return of_gateway(stage, "Latency", "p95", seconds)
        case "orders":
            placed = of_business(stage, "OrderPlaced", seconds)
            return Formula("FILL(orders, 0)", {"orders": placed}, "orders placed", seconds)


def _rate(alert: Alert, some: Series, requests: Series) -> Formula:
    """Percent of requests; a minute in which nothing of the kind was counted holds none."""
    return _guarded(alert, "100 * FILL(some, 0) / requests", {"some": some, "requests": requests})


def _guarded(alert: Alert, value: str, metrics: Mapping[str, Series]) -> Formula:
    """`value` in periods with enough requests, otherwise 0: one failed request out of two is no 50 %."""
    return _expression(alert, f"IF(requests >= {alert.min_requests}, {value}, 0)", metrics)


def _expression(alert: Alert, text: str, metrics: Mapping[str, Series]) -> Formula:
    return Formula(text, metrics, f"{alert.name} ({alert.unit})", alert.window.period_seconds)
