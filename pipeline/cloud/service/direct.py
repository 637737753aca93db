"""Operations that no function answers: the gateway writes what came into a worker's queue.

The body goes as it is, since its signature is of every byte of it; what the gateway knows besides goes beside it, where
no caller can write (API Gateway developer guide, "Mapping template variables"; SQS API reference, SendMessage).
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from constructs import Construct

from pipeline.cloud.service.data import Data
from pipeline.cloud.service.gateway_responses import BAD_REQUEST, UNAVAILABLE, Problem, template
from pipeline.cloud.service.grants import READS_ENCRYPTED, SENDS_MESSAGES, use_of_key
from pipeline.cloud.service.own_role import OwnRole
from pipeline.cloud.service.statement import Statement
from pipeline.cloud.service.work_queue import WorkQueue
from pipeline.plan.model import Stage

BESIDE: Final = (
    ("signature", "String", "$util.urlEncode($input.params('X-Provider-Signature'))"),
    ("received_at", "Number", "$context.requestTimeEpoch"),
    ("request_id", "String", "$context.requestId"),
)
"""The attributes of a message: name, type, value. The time is in milliseconds, and stays when a message is sent back
from the dead letters, as SQS's own does not."""

CORRELATION: Final = {"X-Correlation-Id": "context.requestId", "Cache-Control": "'no-store'"}


def message_template() -> str:
    """The form that API Gateway posts to SQS, in its mapping language."""
    parts = ["Action=SendMessage", "MessageBody=$util.urlEncode($input.body)"]
    for number, (name, kind, value) in enumerate(BESIDE, start=1):
        attribute = f"MessageAttribute.{number}"
        parts.append(urlencode({f"{attribute}.Name": name, f"{attribute}.Value.DataType": kind}))
        parts.append(f"{attribute}.Value.StringValue={value}")
    return "&".join(parts)


class Direct(Construct):
    """The role with which the gateway writes into these queues, and how it does and answers."""

    def __init__(self, scope: Construct, name: str, stage: Stage, data: Data, queues: Mapping[str, WorkQueue]) -> None:
        super().__init__(scope, name)
        self._queues = queues
        sends = Statement(["sqs:SendMessage"], [queues[each].arn for each in sorted(queues)])
        grants = [sends, use_of_key(data.key_arn, stage, "sqs", SENDS_MESSAGES)]
        self._role = OwnRole(self, "Role", grants, assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"))
        self.answers = [
            apigateway.MethodResponse(status_code=status, response_parameters=dict.fromkeys(headers, True))
            for status, headers in (
                ("202", _headers({})),
                ("400", _headers(_of_problem(BAD_REQUEST))),
                ("503", _headers(_of_problem(UNAVAILABLE))),
            )
        ]
        """What callers can be answered besides what the gateway refuses itself."""

    def into(self, worker: str) -> apigateway.Integration:
        """Into this worker's queue. What SQS refuses for its form is the caller's mistake; all else is ours."""
        queue = self._queues[worker].queue
        return apigateway.AwsIntegration(
            service="sqs",
            path=f"{Stack.of(self).account}/{queue.queue_name}",
            integration_http_method="POST",
            options=apigateway.IntegrationOptions(
                credentials_role=self._role,
                passthrough_behavior=apigateway.PassthroughBehavior.NEVER,
                request_parameters={"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"},
                request_templates={"application/json": message_template()},
                integration_responses=[
                    apigateway.IntegrationResponse(
                        status_code="202",
                        selection_pattern="2\\d{2}",
                        response_parameters=_headers({}),
                        response_templates={"application/json": ""},
                    ),
                    _refusal("400", BAD_REQUEST),
                    _refusal(None, UNAVAILABLE),
                ],
            ),
        )


def let_tell(tester: OwnRole, stage: Stage, data: Data) -> None:
    """Let the gates sign what the payment provider would tell: they read the key of its sandbox."""
    tester.allow(
        Statement(["secretsmanager:GetSecretValue"], [data.provider_secret.secret_arn]),
        use_of_key(data.key_arn, stage, "secretsmanager", READS_ENCRYPTED),
    )


def _refusal(pattern: str | None, problem: Problem) -> apigateway.IntegrationResponse:
    return apigateway.IntegrationResponse(
        status_code=str(problem.status),
        selection_pattern=pattern,
        response_parameters=_headers(_of_problem(problem)),
        response_templates={"application/json": template(problem)},
    )


def _of_problem(problem: Problem) -> Mapping[str, str]:
    said = {"Content-Type": "application/problem+json", **dict(problem.headers)}
    return {name: f"'{value}'" for name, value in said.items()}


def _headers(also: Mapping[str, str]) -> dict[str, str]:
    return {f"method.response.header.{name}": value for name, value in {**CORRELATION, **also}.items()}
