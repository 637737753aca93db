"""Calling the handlers in this process, each answer compared with the promise."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema_rs import Draft4Validator

from api.handlers import carriers, customers, imports, orders, partners, products, service
from api.handlers import operations as operators
from api.handlers.http import Event
from api.handlers.routes import Route
from tests.support import events
from tests.support.events import Query
from tests.support.openapi import operations, resolved
from tests.support.tokens import CarrierUser, PartnerUser, User

type Handler = Callable[[Event, Any], dict[str, Any]]

HANDLERS: Mapping[str, Handler] = {
    "products": products.handler,
    "orders": orders.handler,
    "customers": customers.handler,
    "partners": partners.handler,
    "carriers": carriers.handler,
    "service": service.handler,
    "operations": operators.handler,
    "imports": imports.handler,
}
ROUTES: Mapping[str, tuple[Route[Any], ...]] = {
    "products": products.ROUTES,
    "orders": orders.ROUTES,
    "customers": customers.ROUTES,
    "partners": partners.ROUTES,
    "carriers": carriers.ROUTES,
    "service": service.ROUTES,
    "operations": operators.ROUTES,
    "imports": imports.ROUTES,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `body` is None if there is none."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def problem(self) -> str:
        """The last part of the problem's type."""
        assert self.headers["Content-Type"] == "application/problem+json", self
        return str(self.body["type"]).removeprefix("/problems/")


def call(
    method: str,
    path: str,
    user: User | CarrierUser | PartnerUser | None = None,
    *,
    json_body: object = None,
    raw_body: str | bytes | None = None,
    headers: Mapping[str, str] | None = None,
    query: Query | None = None,
    key: str | None = None,
) -> Reply:
    """Send one request to the function that the promise names; `key` is the Idempotency-Key."""
    event = proxied(method, path, user, json_body=json_body, raw_body=raw_body, headers=headers, query=query, key=key)
    return send(function_of(path), event)


def proxied(
    method: str,
    path: str,
    user: User | CarrierUser | PartnerUser | None = None,
    *,
    json_body: object = None,
    raw_body: str | bytes | None = None,
    headers: Mapping[str, str] | None = None,
    query: Query | None = None,
    key: str | None = None,
) -> dict[str, Any]:
    """The event that API Gateway makes of one request."""
    sent = dict(headers or {})
    if json_body is not None:
        sent.setdefault("Content-Type", "application/json")
        raw_body = events.json_body(json_body)
    if key is not None:
        sent["Idempotency-Key"] = key
    claims = user.claims() if isinstance(user, User | CarrierUser) else None
    admission = user.admission() if isinstance(user, PartnerUser) else None
    return events.proxy_event(
        method, path, body=raw_body, headers=sent, query=query, claims=claims, admission=admission
    )


def send(function: str, event: Event) -> Reply:
    """Send an event to a function and hold its answer against the promise."""
    reply = as_reply(HANDLERS[function](event, events.context()))
    method, resource = str(event.get("httpMethod")), str(event.get("resource"))
    operation = operations().get((method, resource))
    if operation is not None:
        check_promised(operation, reply)
    return reply


def function_of(path: str) -> str:
    """Which function API Gateway sends a path to."""
    if path.startswith("/partner/v1/"):
        return "partners"
    if path.startswith("/carrier/v1/"):
        return "carriers"
    part = path.split("/")[2] if path.count("/") > 1 else ""
    part = {"ops": "operations", "product-imports": "imports"}.get(part, part)
    return part if part in HANDLERS else "service"


def as_reply(sent: Mapping[str, Any]) -> Reply:
    """A handler's return value."""
    assert sent["isBase64Encoded"] is False
    headers = {name: values[0] for name, values in sent["multiValueHeaders"].items()}
    return Reply(sent["statusCode"], headers, json.loads(sent["body"]) if sent["body"] else None)


def check_promised(operation: Mapping[str, Any], reply: Reply) -> None:
    """Fail unless the promise has this status, with these headers and a body of this form."""
    name = operation["operationId"]
    assert str(reply.status) in operation["responses"], f"{name} does not promise {reply.status}: {reply.body}"
    response = _answer(name, reply.status)
    for header, (required, schema) in response.headers.items():
        assert header in reply.headers or not required, f"{name} {reply.status} lacks {header}"
        if header in reply.headers:
            schema.validate(reply.headers[header])
    if not response.bodies:
        assert reply.body is None
        return
    response.bodies[reply.headers["Content-Type"]].validate(reply.body)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is promised of an answer: its headers, whether each must be there, and its bodies by their types."""

    headers: Mapping[str, tuple[bool, Draft4Validator]]
    bodies: Mapping[str, Draft4Validator]


@cache
def _answer(name: str, status: int) -> _Answer:
    (operation,) = (each for each in operations().values() if each["operationId"] == name)
    response = resolved(operation["responses"][str(status)])
    return _Answer(
        {
            header: (promised.get("required", False), Draft4Validator(promised["schema"]))
            for header, promised in response.get("headers", {}).items()
        },
        {kind: Draft4Validator(promised["schema"]) for kind, promised in response.get("content", {}).items()},
    )
