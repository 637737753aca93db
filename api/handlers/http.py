"""A request and its answer, as the handlers see them: without API Gateway's shapes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from api.domain.events import Json

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_PARAMETER: Final = re.compile(r"\{(\w+)\+?\}")
_BASE: Final = re.compile(r"(/[A-Za-z0-9_.-]+)*")

type Event = Mapping[str, Any]
"""API Gateway's REST proxy event; any key may be missing or null."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Header names are in lower case; `query` keeps repeated parameters."""

    method: str
    path: str
    base: str
    """What stands before `path` in the address, such as `/prod`."""
    resource: str
    """The route that API Gateway has found, written as in OpenAPI."""
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    query: Mapping[str, tuple[str, ...]]
    body: str
    body_is_base64: bool
    claims: object
    """What the user pool's authorizer says of a customer or operator."""
    admission: object
    """What the function `authorizer` says of a partner."""
    correlation_id: str
    context: "LambdaContext"

    @property
    def meant(self) -> str:
        """The path that is meant, however it was spelled: `/v1//orders/`, `/v1/%6Frders` and `/v1/orders` are one."""
        if "{" not in self.resource:
            return self.resource
        from urllib.parse import unquote  # here, as most requests are not asked what they meant

        return _PARAMETER.sub(lambda found: unquote(str(self.parameters.get(found[1], ""))), self.resource)

    @property
    def id(self) -> str:
        """The invocation's own id."""
        return self.context.aws_request_id


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say. `body` None means no body at all."""

    status: HTTPStatus
    body: Mapping[str, Json] | None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


def request(event: Event, sent: Mapping[str, str], correlation_id: str, context: "LambdaContext") -> Request:
    """Read a proxy event; `sent` are its `headers`."""
    proxied: Event = event.get("requestContext") or {}
    asked = path(event)
    return Request(
        method=str(event.get("httpMethod") or ""),
        path=asked,
        base=_base(whole_path(event), asked),
        resource=str(event.get("resource") or asked),
        parameters=event.get("pathParameters") or {},
        headers=sent,
        query=_query(event),
        body=event.get("body") or "",
        body_is_base64=bool(event.get("isBase64Encoded")),
        claims=(proxied.get("authorizer") or {}).get("claims"),
        admission=proxied.get("authorizer"),
        correlation_id=correlation_id,
        context=context,
    )


def path(event: Event) -> str:
    """The path below the stage. TypeError for an event that has something else there."""
    asked = event.get("path") or "/"
    if not isinstance(asked, str):
        raise TypeError(f"a path is text, not {type(asked).__name__}")
    return asked


def whole_path(event: Event) -> str:
    """The path that the caller asked for, with the stage or what a custom domain puts before it; the gateway's own
    answers have the same, as `$context.path`.
    """
    proxied = event.get("requestContext")
    whole = proxied.get("path") if isinstance(proxied, Mapping) else None
    return whole if isinstance(whole, str) and whole else path(event)


def headers(event: Event) -> dict[str, str]:
    """The headers by their names in lower case."""
    return {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}


def _query(event: Event) -> dict[str, tuple[str, ...]]:
    several = event.get("multiValueQueryStringParameters") or {}
    single = event.get("queryStringParameters") or {}
    once = {str(name): (str(value),) for name, value in single.items()}
    return {**once, **{str(name): tuple(map(str, values)) for name, values in several.items()}}


def _base(whole: str, path: str) -> str:
    """What the stage or a custom domain puts before the path, if it may stand in a header."""
    base = whole.removesuffix(path)
    return base if whole.endswith(path) and _BASE.fullmatch(base) else ""
