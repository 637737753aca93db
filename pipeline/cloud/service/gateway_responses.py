"""What the gateway answers itself, in the same form as the functions: RFC 9457 problems."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from aws_cdk import aws_apigateway as apigateway


@dataclass(frozen=True)
class Problem:
    """A problem that the contract documents: its HTTP status, the end of its type URI, and its words."""

    status: int
    name: str
    title: str
    detail: str
    headers: tuple[tuple[str, str], ...] = ()


GATEWAYS_WORDS = "$context.error.messageString"
"""What the gateway itself says is wrong, as a JSON text with its quotation marks."""

ASK_FOR_TOKEN = (("WWW-Authenticate", "Bearer"),)
WAIT = (("Retry-After", "1"),)

BAD_BODY = Problem(400, "bad-request", "Bad request", "The body breaks a rule of the contract.")
BAD_PARAMETERS = Problem(400, "bad-request", "Bad request", GATEWAYS_WORDS)
"""`Missing required request parameters: [category]`: names of ours alone, nothing of the caller's (developer guide,
"Set up basic request validation in API Gateway")."""
BAD_REQUEST = Problem(400, "bad-request", "Bad request", "The request breaks a rule of the contract.")
UNAUTHORIZED = Problem(
    401, "unauthorized", "Unauthorized", "Send a valid access token of this stage.", headers=ASK_FOR_TOKEN
)
FORBIDDEN = Problem(403, "forbidden", "Forbidden", "The caller may not do this.")
NOT_FOUND = Problem(404, "not-found", "Not found", "There is no such operation.")
TOO_LARGE = Problem(413, "too-large", "Too large", "The body is over the limit.")
UNSUPPORTED = Problem(415, "unsupported-media-type", "Unsupported media type", "Send application/json.")
TOO_MANY = Problem(
    429, "too-many-requests", "Too many requests", "The stage or the plan is over its rate.", headers=WAIT
)
USED_UP = Problem(
    429,
    "too-many-requests",
    "Too many requests",
    "The quota of the plan is used up for this day (UTC).",
    headers=(("Retry-After", "3600"),),
)
INTERNAL = Problem(500, "internal-error", "Internal error", "The correlation id finds the reason in the logs.")
UNAVAILABLE = Problem(503, "unavailable", "Unavailable", "The service did not answer in time.", headers=WAIT)

PROBLEMS = {
    "ACCESS_DENIED": FORBIDDEN,
    "BAD_REQUEST_BODY": BAD_BODY,
    "BAD_REQUEST_PARAMETERS": BAD_PARAMETERS,
    "EXPIRED_TOKEN": UNAUTHORIZED,
    "INTEGRATION_FAILURE": UNAVAILABLE,
    "INTEGRATION_TIMEOUT": UNAVAILABLE,
    "INVALID_API_KEY": FORBIDDEN,
    "INVALID_SIGNATURE": FORBIDDEN,
    # The gateway's 403 for a path or method that it does not have; the functions say 404 to an unknown thing. It would
    # take one more method of each path to tell methods apart (405, Allow): resources, which a stack has 500 of.
    "MISSING_AUTHENTICATION_TOKEN": NOT_FOUND,
    "QUOTA_EXCEEDED": USED_UP,
    "REQUEST_TOO_LARGE": TOO_LARGE,
    "RESOURCE_NOT_FOUND": NOT_FOUND,
    "THROTTLED": TOO_MANY,
    "UNAUTHORIZED": UNAUTHORIZED,
    "UNSUPPORTED_MEDIA_TYPE": UNSUPPORTED,
    "WAF_FILTERED": FORBIDDEN,
    "DEFAULT_4XX": BAD_REQUEST,
    "DEFAULT_5XX": INTERNAL,
}
"""API Gateway's response types (developer guide, "Gateway response types") and what a client reads instead."""


def add_gateway_responses(api: apigateway.RestApi, headers: Mapping[str, str]) -> None:
    """Make every answer that the gateway gives itself a problem, with the request's id as its correlation id.

    `headers` are said with each of them.
    """
    for name, problem in PROBLEMS.items():
        api.add_gateway_response(
            name.title().replace("_", ""),
            type=_type(name),
            status_code=str(problem.status),
            response_headers=_headers(problem, headers),
            templates={"application/json": template(problem)},
        )


@cache
def _type(name: str) -> apigateway.ResponseType:
    return apigateway.ResponseType.of(name)


def template(problem: Problem) -> str:
    """The problem as JSON text with the gateway's `$context` variables, which are put in as they are (no VTL).

    `instance` is the path as it was sent, with the stage: a reference that leads back to the request from its own
    address (RFC 9457, 3.1.5). No variable has it without the stage, and functions say the same. `errors` are left to
    the functions: what is wrong with a body stands in `$context.error.validationErrorString` alone, which holds
    quotation marks (`[object has missing required properties (["sku"])]`) and may repeat what the caller sent. AWS does
    not say that they are escaped, people put it between quotation marks as often as not, and without VTL nothing of
    ours can escape it. A caller could break the problem, or write into it.
    """
    told = json.dumps(
        {
            "type": f"/problems/{problem.name}",
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail,
            "instance": "$context.path",
            "correlation_id": "$context.requestId",
        }
    )
    return told.replace(f'"{GATEWAYS_WORDS}"', GATEWAYS_WORDS)


def _headers(problem: Problem, also: Mapping[str, str]) -> dict[str, str]:
    """Constants stand in single quotes; `context.requestId` is the request's own id."""
    constant = {
        "Content-Type": "application/problem+json",
        "Cache-Control": "no-store",
        **dict(problem.headers),
        **also,
    }
    return {**{name: f"'{value}'" for name, value in constant.items()}, "X-Correlation-Id": "context.requestId"}
