"""Which sites' pages may call the API: the answers that the gateway gives by itself.

The functions answer for themselves (`api.handlers.browsers`), with the origin that asked. A preflight is answered here,
by no function; it picks the origin from the list, so that no other site's browser sends anything that matters. An error
of the gateway itself can't pick: with more than one origin it is readable for all, and holds nothing but its id.
"""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway

from pipeline.cloud.openapi import Operation
from pipeline.plan.model import Stage

ASKED = [
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-Correlation-Id",
    "traceparent",
]
"""The headers that a page may send: those that the contract knows."""

REMEMBERED = Duration.hours(2)
"""How long a browser need not ask again; none of them remembers for longer."""


def add_preflights(resources: Mapping[str, apigateway.Resource], stage: Stage, operations: Sequence[Operation]) -> None:
    """OPTIONS on every path that pages call, if the stage lists any origin.

    They call nothing that machines alone may: webhooks, and what takes a machine's token, whose secret no page could
    keep, or a partner's key, in a header that no preflight lets through.
    """
    if not stage.settings.origins:
        return
    of_pages = [each for each in operations if not (each.queue or each.partner or each.scope)]
    for path in dict.fromkeys(each.path for each in of_pages):
        methods = sorted(operation.method for operation in operations if operation.path == path)
        resources[path].add_cors_preflight(
            allow_origins=list(stage.settings.origins),
            allow_methods=methods,
            allow_headers=ASKED,
            max_age=REMEMBERED,
        )


def on_gateway_responses(stage: Stage) -> dict[str, str]:
    """The headers of the gateway's own errors."""
    origins = stage.settings.origins
    if not origins:
        return {}
    readable_for = origins[0] if len(origins) == 1 else "*"
    return {"Access-Control-Allow-Origin": readable_for, "Vary": "Origin"}
