"""What people look at: a dashboard for each flow of the business, and one for who is let in and how it is delivered.

CloudWatch gives three to each account; a fourth would cost more than all that a stage keeps its data with.
A dashboard shows its flow from the caller inwards: what the business sees, then the gateway, the functions, the data.
"""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from pipeline.cloud.service.auth import Auth
from pipeline.cloud.service.data import Data
from pipeline.cloud.service.graphs import USUAL_SECONDS, Graph, body
from pipeline.cloud.service.measures import metric, of_business, of_gateway, of_logs, waiting
from pipeline.cloud.service.series import Formula, Series
from pipeline.plan.model import Stage

IN_VAIN = ("WebhookForged", "WebhookOld", "WebhookUnreadable", "WebhookRepeated")

IMPORTS = ("Begun", "Done", "Failed", "Refused")

FIRST_SHOWN = "-PT3H"
"""The last three hours."""


class Dashboards(Construct):
    """`orders-{stage}-{flow}` for checkout, catalogue and operation."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        stage: Stage,
        data: Data,
        auth: Auth,
        functions: Mapping[str, str],
        dead_letters: Sequence[sqs.IQueue],
    ) -> None:
        super().__init__(scope, name)
        self._stage = stage
        self._functions = functions
        self._dashboard("checkout", [*self._business(), *self._gateway(), *self._data(data)])
        self._dashboard("catalogue", self._catalogue())
        self._dashboard("operation", [*self._security(auth), *self._delivery(dead_letters)])

    def _dashboard(self, flow: str, graphs: Sequence[Graph]) -> None:
        cloudwatch.CfnDashboard(
            Construct(self, flow.capitalize()),
            "Resource",  # as the CDK's own construct calls it
            dashboard_name=f"orders-{self._stage.name}-{flow}",
            dashboard_body=body(graphs, FIRST_SHOWN),
        )

    def _business(self) -> list[Graph]:
        placed = of_business(self._stage, "OrderPlaced")
        cancelled = of_business(self._stage, "OrderCancelled")
        counted = {"placed": placed, "cancelled": cancelled}
        kept = Formula("100 * (placed - FILL(cancelled, 0)) / placed", counted, "kept (%)")
        parcels = [of_business(self._stage, f"Parcel{each}") for each in ("Dispatched", "Delivered")]
        photographs = [of_business(self._stage, f"Photograph{each}") for each in ("Recorded", "Refused")]
        return [
            Graph("Orders a minute", [placed, cancelled]),
            Graph("Orders that are kept", [kept]),
            Graph("Parcels that leave and arrive", parcels),
            Graph("Photographs of claims", photographs),
            Graph("Invoices", [of_business(self._stage, "InvoiceWritten")]),
            Graph("Mail to customers", [of_business(self._stage, f"Mail{each}") for each in ("Sent", "Returned")]),
            Graph("What the payment provider told in vain", [of_business(self._stage, each) for each in IN_VAIN]),
        ]

    def _gateway(self) -> list[Graph]:
        requests = of_gateway(self._stage, "Count", "Sum")
        failing = Formula(
            "100 * FILL(failed, 0) / requests",
            {"failed": of_gateway(self._stage, "5XXError", "Sum"), "requests": requests},
            "answered with 500 or above (%)",
        )
        cold = of_business(self._stage, "ColdStart")
        return [
            Graph("Requests and cold starts", [requests, cold]),
            Graph("Failing", [failing]),
            Graph("Time to answer", [of_gateway(self._stage, "Latency", each) for each in ("p50", "p95", "p99")]),
            Graph("Time of the functions, p95", self._of_each("Duration", "p95")),
        ]

    def _data(self, data: Data) -> list[Graph]:
        table = {"TableName": data.table.table_name}
        throttled = [metric("AWS/DynamoDB", f"{kind}ThrottleEvents", "Sum", table) for kind in ("Read", "Write")]
        operations = ("GetItem", "Query", "TransactWriteItems")
        took = [
            metric("AWS/DynamoDB", "SuccessfulRequestLatency", "p99", {**table, "Operation": each})
            for each in operations
        ]
        return [
            Graph("Data that is slow, p99", took),
            Graph("Data that is refused or late", [*throttled, of_business(self._stage, "DataUnavailable")]),
        ]

    def _catalogue(self) -> list[Graph]:
        routes = ("/v1/products", "/v1/products/{sku}", "/v1/products/{sku}/availability")
        return [
            Graph("Requests by route", [self._of_route(each, "Count", "Sum") for each in routes]),
            Graph("Time to answer by route, p95", [self._of_route(each, "Latency", "p95") for each in routes]),
            Graph("Failing by route", [self._of_route(each, "5XXError", "Sum") for each in routes]),
            Graph("Time of the function", [self._of("products", "Duration", each) for each in ("p50", "p95", "p99")]),
            Graph("Imports of products", [of_business(self._stage, f"ProductImport{each}") for each in IMPORTS]),
        ]

    def _security(self, auth: Auth) -> list[Graph]:
        client = {"UserPool": auth.users.user_pool_id, "UserPoolClient": auth.client.user_pool_client_id}

        def of_users(name: str, statistic: str) -> Series:
            return metric("AWS/Cognito", name, statistic, client)

        failed = Formula(
            "tried - worked",
            {"tried": of_users("SignInSuccesses", "SampleCount"), "worked": of_users("SignInSuccesses", "Sum")},
            "sign-ins that failed",
        )
        refused = [of_logs(self._stage, each) for each in ("Unauthorized", "Forbidden", "RateLimitHits")]
        return [
            Graph("Requests that are refused", refused),
            Graph("Sign-ins", [of_users("SignInSuccesses", "Sum"), failed]),
            Graph(
                "New customers", [of_users("SignUpSuccesses", "Sum"), of_business(self._stage, "CustomerRegistered")]
            ),
            Graph("Sign-ins over the limit", [of_users("SignInThrottles", "Sum")]),
        ]

    def _delivery(self, dead_letters: Sequence[sqs.IQueue]) -> list[Graph]:
        events = [
            metric("AWS/Events", "TriggeredRules", "Sum", {"RuleName": f"orders-{self._stage.name}-deployment-{each}"})
            for each in ("started", "ended")
        ]
        account = metric("AWS/Lambda", "ConcurrentExecutions", "Maximum", label="account")
        dead = [waiting(each, USUAL_SECONDS) for each in dead_letters]
        return [
            Graph("Deployments", events),
            Graph("Functions at once", [account, *self._of_each("ConcurrentExecutions", "Maximum")]),
            Graph("Invocations that failed", self._of_each("Errors", "Sum")),
            Graph("Invocations that were refused", self._of_each("Throttles", "Sum")),
            Graph(
                "What the logs say",
                [of_logs(self._stage, each) for each in ("LoggedErrors", "TimeOuts", "ServerErrorAnswers")],
            ),
            Graph("Memory of a function at its peak (MB)", [of_logs(self._stage, "MemoryUsed", "Maximum")]),
            *([Graph("Dead letters", dead)] if dead else []),
        ]

    def _of_route(self, route: str, name: str, statistic: str) -> Series:
        dimensions = {
            "ApiName": f"orders-{self._stage.name}",
            "Stage": self._stage.name,
            "Method": "GET",
            "Resource": route,
        }
        return metric("AWS/ApiGateway", name, statistic, dimensions, label=route)

    def _of(self, function: str, name: str, statistic: str) -> Series:
        dimensions = {"FunctionName": self._functions[function]}
        return metric("AWS/Lambda", name, statistic, dimensions, label=f"{function} {statistic}")

    def _of_each(self, name: str, statistic: str) -> list[Series]:
        return [self._of(each, name, statistic) for each in self._functions]
