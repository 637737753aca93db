"""What the gates that look at a deployed stage have in common."""

import http.client
import ssl
from urllib.parse import urlsplit

from pipeline.gates.context import Context, GateBroke, GateUsage

ADDRESS = "SLIPWAY_API_URL"
USER_POOL = ("SLIPWAY_USER_POOL_ID", "SLIPWAY_USER_POOL_CLIENT_ID")
TRUSTED = "AWS_CA_BUNDLE"
"""The variable by which every SDK of AWS is told the file of whom to trust, and none but those."""
PROD = "prod"
PATIENCE_SECONDS = 10.0


def refuse_prod(context: Context) -> None:
    """GateUsage if this is prod: the gate would make users and data there."""
    if PROD in (context.stage, context.environ.get("SLIPWAY_STAGE")):
        raise GateUsage(f"{context.gate.name} makes users and data, so it never runs in prod: ask beta or gamma")


def require_stage(context: Context, *, users: bool = True) -> str:
    """The stage's address; GateUsage if it is not known or another stage's, GateBroke if nobody answers there.

    An answer of any status will do: what the stage says is for the tests to judge, that it says something is not.
    """
    url = context.needed(ADDRESS)
    there = context.environ.get("SLIPWAY_STAGE")
    if there and context.stage and there != context.stage:
        raise GateUsage(f"{ADDRESS} is of the stage {there}, and {context.stage} is asked: name the one that is there")
    for name in USER_POOL if users else ():
        context.needed(name)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise GateBroke(f"{ADDRESS} is {url!r}, which is no address")
    connection = _connection(parts.scheme, parts.hostname, parts.port, context.environ.get(TRUSTED))
    try:
        connection.request("GET", f"{parts.path.rstrip('/')}/v1/health")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException) as problem:
        raise GateBroke(f"nobody answers at {url}: {problem}; is the stage deployed?") from problem
    finally:
        connection.close()
    return url


def _connection(scheme: str, host: str, port: int | None, trusted: str | None) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=PATIENCE_SECONDS)
    context = ssl.create_default_context(cafile=trusted or None)
    return http.client.HTTPSConnection(host, port, timeout=PATIENCE_SECONDS, context=context)
