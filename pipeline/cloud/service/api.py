"""The REST API: every operation of the contract as a method that its function's alias `live` answers."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_logs as logs
from constructs import Construct

from pipeline.cloud.openapi import Operation
from pipeline.cloud.service.auth import ACCESS_SCOPE, Auth
from pipeline.cloud.service.cors import add_preflights, on_gateway_responses
from pipeline.cloud.service.direct import Direct
from pipeline.cloud.service.domain import OwnDomain, closes_the_gateways_address, transport_headers
from pipeline.cloud.service.functions import ServiceFunction
from pipeline.cloud.service.gateway_responses import add_gateway_responses
from pipeline.cloud.service.log_protection import LOG_PROTECTION
from pipeline.cloud.service.models import Models
from pipeline.cloud.service.partner_door import HIGHEST, partner_authorizer
from pipeline.cloud.service.retention import retention
from pipeline.plan.model import Stage


class Api(Construct):
    """The gateway of a stage: regional, throttled, traced, logged without bodies, never caching."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        stage: Stage,
        operations: Sequence[Operation],
        functions: Mapping[str, ServiceFunction],
        auth: Auth,
        authorizer: ServiceFunction,
        direct: Direct,
    ) -> None:
        super().__init__(scope, name)
        self.rest_api = self._gateway(stage, operations)
        self.rest_api.node.try_remove_child("Endpoint")  # a second output of what the stack says as ApiUrl
        add_gateway_responses(self.rest_api, {**on_gateway_responses(stage), **transport_headers(stage)})
        self._authorizer = apigateway.CognitoUserPoolsAuthorizer(self, "Customers", cognito_user_pools=[auth.users])
        has_partners = any(each.partner for each in operations)
        self._partners = partner_authorizer(self, authorizer) if has_partners else None
        self._validators = {
            True: self.rest_api.add_request_validator(
                "BodyAndParameters", validate_request_body=True, validate_request_parameters=True
            ),
            False: self.rest_api.add_request_validator(
                "Parameters", validate_request_body=False, validate_request_parameters=True
            ),
        }
        self._models = Models(self.rest_api)
        self._root = self.rest_api.root
        self._resources: dict[str, apigateway.Resource] = {}
        answering = {name: _asked(each) for name, each in functions.items()}
        for operation in operations:
            if operation.queue is None:
                self._method(operation, answering[operation.function], [])
            else:
                self._method(operation, direct.into(operation.queue), direct.answers)
        add_preflights(self._resources, stage, operations)
        self.address = self._address(stage)

    def _gateway(self, stage: Stage, operations: Sequence[Operation]) -> apigateway.RestApi:
        """The API without anything in it, and the log of who asked for what."""
        log_group = logs.LogGroup(
            self,
            "AccessLogs",
            log_group_name=f"/aws/apigateway/orders-{stage.name}",
            retention=retention(stage.settings.log_retention_days),
            data_protection_policy=LOG_PROTECTION,
            removal_policy=RemovalPolicy.RETAIN,
        )
        return apigateway.RestApi(
            self,
            "RestApi",
            rest_api_name=f"orders-{stage.name}",
            description="Orders API: contracts/openapi.yaml",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            disable_execute_api_endpoint=closes_the_gateways_address(stage),
            cloud_watch_role=True,
            api_key_source_type=apigateway.ApiKeySourceType.AUTHORIZER,
            deploy_options=apigateway.StageOptions(
                stage_name=stage.name,
                throttling_rate_limit=stage.settings.throttle_rate,
                throttling_burst_limit=stage.settings.throttle_burst,
                method_options=_throttles(stage, operations),
                tracing_enabled=True,
                **METHOD_SETTINGS,
                access_log_destination=apigateway.LogGroupLogDestination(log_group),
                access_log_format=apigateway.AccessLogFormat.custom(json.dumps(ACCESS_LOG)),
            ),
        )

    def _address(self, stage: Stage) -> str:
        """Where callers find the API."""
        if stage.settings.domain is None:
            return self.rest_api.url
        OwnDomain(self, "Domain", stage.settings.domain, self.rest_api)
        return f"https://{stage.settings.domain.name}/"

    def _resource(self, path: str) -> apigateway.Resource:
        """What the gateway has at the path, made when it is first asked for."""
        if path not in self._resources:
            self._resources[path] = self._root.resource_for_path(path)
        return self._resources[path]

    def _method(
        self,
        operation: Operation,
        integration: apigateway.Integration,
        answers: Sequence[apigateway.MethodResponse],
    ) -> None:
        self._resource(operation.path).add_method(
            operation.method,
            integration,
            operation_name=operation.operation_id,
            request_parameters=dict(operation.parameters),
            request_validator=self._validators[operation.body is not None],
            request_models=self._models.of_body(operation),
            method_responses=list(answers) or None,
            **self._who_may(operation),
        )

    def _who_may(self, operation: Operation) -> dict[str, Any]:
        if operation.partner:
            custom = apigateway.AuthorizationType.CUSTOM
            return {"authorizer": self._partners, "authorization_type": custom, "api_key_required": True}
        if not operation.signed_in:
            return {"authorization_type": apigateway.AuthorizationType.NONE}
        return {
            "authorizer": self._authorizer,
            "authorization_type": apigateway.AuthorizationType.COGNITO,
            "authorization_scopes": [operation.scope or ACCESS_SCOPE],
        }


def _asked(function: ServiceFunction) -> apigateway.Integration:
    return apigateway.LambdaIntegration(
        function.alias, proxy=True, allow_test_invoke=False, scope_permission_to_method=False
    )


METHOD_SETTINGS: Final[Mapping[str, Any]] = {
    "metrics_enabled": True,
    "logging_level": apigateway.MethodLoggingLevel.ERROR,
    "data_trace_enabled": False,
    "caching_enabled": False,
}
"""What holds for every method. A method with settings of its own inherits none of its stage's."""

WRITES_PER_READ = 0.25
"""Changes cost several writes each: a stage takes a quarter as many of one kind of them as of all requests."""


def _throttles(stage: Stage, operations: Sequence[Operation]) -> Mapping[str, apigateway.MethodDeploymentOptions]:
    """The settings of the methods with throttles of their own, by path and method: changes, and what partners read."""
    settings = stage.settings
    lower = apigateway.MethodDeploymentOptions(
        throttling_rate_limit=settings.throttle_rate * WRITES_PER_READ,
        throttling_burst_limit=round(settings.throttle_burst * WRITES_PER_READ),
        **METHOD_SETTINGS,
    )
    promised = apigateway.MethodDeploymentOptions(
        throttling_rate_limit=max(settings.throttle_rate, HIGHEST.per_second),
        throttling_burst_limit=max(settings.throttle_burst, HIGHEST.burst),
        **METHOD_SETTINGS,
    )
    changes = {f"{each.path}/{each.method}": lower for each in operations if each.method != "GET"}
    reads = {f"{each.path}/{each.method}": promised for each in operations if each.partner and each.method == "GET"}
    return changes | reads


ACCESS_LOG = {
    "request_id": "$context.requestId",
    "extended_request_id": "$context.extendedRequestId",
    "xray_trace_id": "$context.xrayTraceId",
    "time": "$context.requestTimeEpoch",
    "method": "$context.httpMethod",
    "resource": "$context.resourcePath",
    "status": "$context.status",
    "error": "$context.error.responseType",
    "latency_ms": "$context.responseLatency",
    "integration_latency_ms": "$context.integration.latency",
    "integration_status": "$context.integration.status",
    "response_bytes": "$context.responseLength",
    "source_ip": "$context.identity.sourceIp",
    "user_agent": "$context.identity.userAgent",
    "caller": "$context.authorizer.claims.sub",
    "partner": "$context.authorizer.partner_id",
}
"""The fields of a line of the access log: who asked for what and what became of it; no path values and no bodies."""
