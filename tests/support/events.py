"""API Gateway's proxy events and Lambda's context, of the shape that AWS documents."""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from tests.support.openapi import promise

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

type Query = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Context:
    """As much of Lambda's context as functions may use."""

    function_name: str = "orders-function"
    function_version: str = "7"
    alias: str = "live"
    aws_request_id: str = "8f7f4d0e-6a55-4d0e-9f4e-0b8b5f0d2f11"
    memory_limit_in_mb: int = 512
    remaining_ms: int = 9_000

    @property
    def invoked_function_arn(self) -> str:
        arn = f"arn:aws:lambda:eu-west-1:222222222222:function:{self.function_name}"
        return f"{arn}:{self.alias}" if self.alias else arn

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


def context(alias: str = "live", version: str = "7", remaining_ms: int = 9_000) -> "LambdaContext":
    """The context of an invocation of version 7 through the alias `live`, which has so much time left."""
    return cast("LambdaContext", Context(alias=alias, function_version=version, remaining_ms=remaining_ms))


def proxy_event(
    method: str,
    path: str,
    *,
    body: str | bytes | None = None,
    headers: Mapping[str, str] | None = None,
    query: Query | None = None,
    claims: Mapping[str, Any] | None = None,
    admission: Mapping[str, Any] | None = None,
    stage: str = "beta",
) -> dict[str, Any]:
    """A REST proxy event, payload format 1.0. A body of bytes arrives as base64, as binary media types do."""
    resource, parameters = _resource(path)
    several = {name: [value] if isinstance(value, str) else list(value) for name, value in (query or {}).items()}
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": dict(headers or {}) or None,
        "multiValueHeaders": {name: [value] for name, value in (headers or {}).items()} or None,
        "queryStringParameters": {name: values[-1] for name, values in several.items()} or None,
        "multiValueQueryStringParameters": several or None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "222222222222",
            "apiId": "a1b2c3d4e5",
            "httpMethod": method,
            "identity": {"sourceIp": "127.0.0.1", "userAgent": "tests"},
            "path": f"/{stage}{path}",
            "protocol": "HTTP/1.1",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "requestTimeEpoch": 1763888400000,
            "resourceId": "abc123",
            "resourcePath": resource,
            "stage": stage,
            **({"authorizer": {"claims": dict(claims)}} if claims is not None else {}),
            **({"authorizer": dict(admission)} if admission is not None else {}),
        },
        "body": base64.b64encode(body).decode() if isinstance(body, bytes) else body,
        "isBase64Encoded": isinstance(body, bytes),
    }


def json_body(value: object) -> str:
    """A value as the body of a request."""
    return json.dumps(value, ensure_ascii=False)


def _resource(path: str) -> tuple[str, dict[str, str]]:
    """The promised path template that a path has, and the parameters in it."""
    for template, pattern in _templates():
        match = pattern.fullmatch(path)
        if match:
            return template, match.groupdict()
    return path, {}


@cache
def _templates() -> list[tuple[str, re.Pattern[str]]]:
    """The promised path templates and what they fit, in the order of API Gateway: literal ones first."""
    templates = sorted(promise()["paths"], key=lambda template: "{" in template)
    return [(each, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", each))) for each in templates]
