"""What people look at: a dashboard for each flow of the business, and one for who is let in and how it is delivered.

CloudWatch gives three to each account; a fourth would cost more than all that a stage keeps its data with.
A dashboard shows its flow from the caller inwards: what the business sees, then the gateway, the functions, the data.
"""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from pipeline.cloud.service.auth import Auth
from pipeline.cloud.service.data import Data
from pipeline.cloud.service.measures import metric, of_business, of_gateway, of_logs
from pipeline.plan.model import Stage

type Series = Sequence[cloudwatch.IMetric]

IN_VAIN = ("WebhookForged", "WebhookOld", "WebhookUnreadable", "WebhookRepeated")

IMPORTS = ("Begun", "Done", "Failed", "Refused")

WIDTH = 12
"""Two graphs stand beside each other: a dashboard is 24 wide."""


class Dashboards(Construct):
    """`orders-{stage}-{flow}` for checkout, catalogue and operation."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        stage: Stage,
        data: Data,
        auth: Auth,
        functions: Mapping[str, lambda_.IFunction],
        dead_letters: Sequence[sqs.IQueue],
    ) -> None:
        super().__init__(scope, name)
        self._stage = stage
        self._functions = functions
        self._dashboard("checkout", [*self._business(), *self._gateway(), *self._data(data)])
        self._dashboard("catalogue", self._catalogue())
        self._dashboard("operation", [*self._security(auth), *self._delivery(dead_letters)])

    def _dashboard(self, flow: str, graphs: Sequence[cloudwatch.IWidget]) -> None:
        dashboard = cloudwatch.Dashboard(
            self,
            flow.capitalize(),
            dashboard_name=f"orders-{self._stage.name}-{flow}",
            default_interval=Duration.hours(3),
        )
        for first in range(0, len(graphs), 2):
            dashboard.add_widgets(*graphs[first : first + 2])

    def _business(self) -> list[cloudwatch.IWidget]:
        placed = of_business(self._stage, "OrderPlaced")
        cancelled = of_business(self._stage, "OrderCancelled")
        kept = _math("100 * (placed - FILL(cancelled, 0)) / placed", "kept (%)", placed=placed, cancelled=cancelled)
        parcels = [of_business(self._stage, f"Parcel{each}") for each in ("Dispatched", "Delivered")]
        photographs = [of_business(self._stage, f"Photograph{each}") for each in ("Recorded", "Refused")]
        return [
            _graph("Orders a minute", [placed, cancelled]),
            _graph("Orders that are kept", [kept]),
            _graph("Parcels that leave and arrive", parcels),
            _graph("Photographs of claims", photographs),
            _graph("Invoices", [of_business(self._stage, "InvoiceWritten")]),
            _graph("Mail to customers", [of_business(self._stage, f"Mail{each}") for each in ("Sent", "Returned")]),
            _graph("What the payment provider told in vain", [of_business(self._stage, each) for each in IN_VAIN]),
        ]

    def _gateway(self) -> list[cloudwatch.IWidget]:
        requests = of_gateway(self._stage, "Count", "Sum")
        failing = _math(
            "100 * FILL(failed, 0) / requests",
            "answered with 500 or above (%)",
            failed=of_gateway(self._stage, "5XXError", "Sum"),
            requests=requests,
        )
        cold = of_business(self._stage, "ColdStart")
        return [
            _graph("Requests and cold starts", [requests, cold]),
            _graph("Failing", [failing]),
            _graph("Time to answer", [of_gateway(self._stage, "Latency", each) for each in ("p50", "p95", "p99")]),
            _graph("Time of the functions, p95", self._of_each("Duration", "p95")),
        ]

    def _data(self, data: Data) -> list[cloudwatch.IWidget]:
        table = {"TableName": data.table.table_name}
        throttled = [metric("AWS/DynamoDB", f"{kind}ThrottleEvents", "Sum", table) for kind in ("Read", "Write")]
        operations = ("GetItem", "Query", "TransactWriteItems")
        took = [
            metric("AWS/DynamoDB", "SuccessfulRequestLatency", "p99", {**table, "Operation": each})
            for each in operations
        ]
        return [
            _graph("Data that is slow, p99", took),
            _graph("Data that is refused or late", [*throttled, of_business(self._stage, "DataUnavailable")]),
        ]

    def _catalogue(self) -> list[cloudwatch.IWidget]:
        routes = ("/v1/products", "/v1/products/{sku}", "/v1/products/{sku}/availability")
        return [
            _graph("Requests by route", [self._of_route(each, "Count", "Sum") for each in routes]),
            _graph("Time to answer by route, p95", [self._of_route(each, "Latency", "p95") for each in routes]),
            _graph("Failing by route", [self._of_route(each, "5XXError", "Sum") for each in routes]),
            _graph("Time of the function", [self._of("products", "Duration", each) for each in ("p50", "p95", "p99")]),
            _graph("Imports of products", [of_business(self._stage, f"ProductImport{each}") for each in IMPORTS]),
        ]

    def _security(self, auth: Auth) -> list[cloudwatch.IWidget]:
        client = {"UserPool": auth.users.user_pool_id, "UserPoolClient": auth.client.user_pool_client_id}

        def of_users(name: str, statistic: str) -> cloudwatch.Metric:
            return metric("AWS/Cognito", name, statistic, client)

        failed = _math(
            "tried - worked",
            "sign-ins that failed",
            tried=of_users("SignInSuccesses", "SampleCount"),
            worked=of_users("SignInSuccesses", "Sum"),
        )
        refused = [of_logs(self._stage, each) for each in ("Unauthorized", "Forbidden", "RateLimitHits")]
        return [
            _graph("Requests that are refused", refused),
            _graph("Sign-ins", [of_users("SignInSuccesses", "Sum"), failed]),
            _graph(
                "New customers", [of_users("SignUpSuccesses", "Sum"), of_business(self._stage, "CustomerRegistered")]
            ),
            _graph("Sign-ins over the limit", [of_users("SignInThrottles", "Sum")]),
        ]

    def _delivery(self, dead_letters: Sequence[sqs.IQueue]) -> list[cloudwatch.IWidget]:
        events = [
            metric("AWS/Events", "TriggeredRules", "Sum", {"RuleName": f"orders-{self._stage.name}-deployment-{each}"})
            for each in ("started", "ended")
        ]
        account = metric("AWS/Lambda", "ConcurrentExecutions", "Maximum", label="account")
        waiting = [each.metric_approximate_number_of_messages_visible() for each in dead_letters]
        return [
            _graph("Deployments", events),
            _graph("Functions at once", [account, *self._of_each("ConcurrentExecutions", "Maximum")]),
            _graph("Invocations that failed", self._of_each("Errors", "Sum")),
            _graph("Invocations that were refused", self._of_each("Throttles", "Sum")),
            _graph(
                "What the logs say",
                [of_logs(self._stage, each) for each in ("LoggedErrors", "TimeOuts", "ServerErrorAnswers")],
            ),
            _graph("Memory of a function at its peak (MB)", [of_logs(self._stage, "MemoryUsed", "Maximum")]),
            *([_graph("Dead letters", waiting)] if waiting else []),
        ]

    def _of_route(self, route: str, name: str, statistic: str) -> cloudwatch.IMetric:
        dimensions = {
            "ApiName": f"orders-{self._stage.name}",
            "Stage": self._stage.name,
            "Method": "GET",
            "Resource": route,
        }
        return metric("AWS/ApiGateway", name, statistic, dimensions, label=route)

    def _of(self, function: str, name: str, statistic: str) -> cloudwatch.IMetric:
        dimensions = {"FunctionName": self._functions[function].function_name}
        return metric("AWS/Lambda", name, statistic, dimensions, label=f"{function} {statistic}")

    def _of_each(self, name: str, statistic: str) -> list[cloudwatch.IMetric]:
        return [self._of(each, name, statistic) for each in self._functions]


def _graph(title: str, series: Series) -> cloudwatch.IWidget:
    return cloudwatch.GraphWidget(
        title=title, left=list(series), width=WIDTH, left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False)
    )


def _math(expression: str, label: str, **metrics: cloudwatch.IMetric) -> cloudwatch.IMetric:
    return cloudwatch.MathExpression(
        expression=expression, using_metrics=metrics, label=label, period=Duration.minutes(1)
    )
