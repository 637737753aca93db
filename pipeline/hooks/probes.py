"""Requests that the new version must answer before it takes traffic, in the form that API Gateway sends."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STRANGER = "00000000-0000-4000-8000-000000000000"
"""A customer who owns nothing, so that a probe reads no one's orders."""
NO_PARTNER = "slipway-probe"
READ = "partner/orders.read"
LATE = "9999-12-31T00:00:00.000Z"
"""A partner who has no orders and whose token lasts."""


@dataclass(frozen=True)
class Probe:
    """A request and the status it must be answered with; `path` fills the braces of `resource`."""

    method: str
    resource: str
    status: int
    query: Mapping[str, str] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)
    customer: bool = False
    partner: bool = False

    @property
    def name(self) -> str:
        """The probe in a sentence: who asks for what."""
        who = " as a customer" if self.customer else " as a partner" if self.partner else ""
        return f"{self.method} {self.resource}{who}"


def read_probes(text: str) -> tuple[Probe, ...]:
    """The probes in the JSON `text` of the environment; ValueError if there are none: that would check nothing."""
    probes = tuple(
        Probe(**{**entry, "query": dict(entry.get("query", ())), "path": dict(entry.get("path", ()))})
        for entry in json.loads(text)
    )
    if not probes:
        raise ValueError("PROBES is empty: a version that nothing was asked of has shown nothing")
    return probes


def proxy_event(probe: Probe, request_id: str, now: float) -> dict[str, Any]:
    """The event of a REST API's Lambda proxy integration; `now` in seconds since the epoch.

    Shape: API Gateway developer guide, "Input format of a Lambda function for proxy integration".
    """
    path = probe.resource
    for name, value in probe.path.items():
        path = path.replace(f"{{{name}}}", value)
    headers = {"Accept": "application/json", "Host": "probe.invalid", "User-Agent": "slipway-probe"}
    return {
        "resource": probe.resource,
        "path": path,
        "httpMethod": probe.method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": dict(probe.query) or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in probe.query.items()} or None,
        "pathParameters": dict(probe.path) or None,
        "stageVariables": None,
        "requestContext": _request_context(probe, path, request_id, now),
        "body": None,
        "isBase64Encoded": False,
    }


def _request_context(probe: Probe, path: str, request_id: str, now: float) -> dict[str, Any]:
    context: dict[str, Any] = {
        "accountId": "000000000000",
        "apiId": "probe",
        "domainName": "probe.invalid",
        "extendedRequestId": request_id,
        "httpMethod": probe.method,
        "identity": {"sourceIp": "127.0.0.1", "userAgent": "slipway-probe"},
        "path": path,
        "protocol": "HTTP/1.1",
        "requestId": request_id,
        "requestTimeEpoch": int(now * 1000),
        "resourceId": "probe",
        "resourcePath": probe.resource,
        "stage": "probe",
    }
    if probe.customer:
        claims = {"sub": STRANGER, "token_use": "access", "client_id": "probe", "username": STRANGER}
        context["authorizer"] = {"claims": claims}
    if probe.partner:
        context["authorizer"] = {"partner_id": NO_PARTNER, "scopes": READ, "until": LATE}
    return context


def objection(probe: Probe, function_error: str | None, payload: bytes) -> str | None:
    """What is wrong with the answer to `probe`, in a sentence; None if it is the promised one.

    `function_error` is Lambda's header for an invocation that ended in an error, `payload` what the function returned.
    """
    if function_error:
        return f"{probe.name}: ended in an error ({function_error}): {_start(payload)}"
    try:
        status = json.loads(payload)["statusCode"]
    except (ValueError, KeyError, TypeError):
        return f"{probe.name}: answered what is no proxy response: {_start(payload)}"
    return None if status == probe.status else f"{probe.name}: answered {status}, promised {probe.status}"


def _start(payload: bytes) -> str:
    return payload[:300].decode(errors="replace")
