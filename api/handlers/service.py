"""The function `service`: what operators and tools ask, and what is the same for everybody.

It touches nothing of AWS and imports no SDK.

`/v1/openapi.json` is api/openapi.json, the JSON form of contracts/openapi.yaml; a test holds the two together, and
`scripts/fix` writes it anew.
"""

import json
import os
import zlib
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

from api.domain.events import Json
from api.handlers import caching
from api.handlers.callers import Caller
from api.handlers.function import Function
from api.handlers.http import Answer, Request
from api.handlers.routes import Access, Route

DOCUMENT: Final = Path(__file__).parents[1] / "openapi.json"

type Environment = Mapping[str, str]


def _health(request: Request, _caller: Caller, environment: Environment) -> Answer:
    body: dict[str, Json] = {
        "status": "ok",
        "stage": environment["STAGE"],
        "version": request.context.function_version,
    }
    return Answer(HTTPStatus.OK, body, {"Cache-Control": caching.NOBODY})


def _openapi(_request: Request, _caller: Caller, _environment: Environment) -> Answer:
    return Answer(HTTPStatus.OK, _document(), {"Cache-Control": caching.DOCUMENT})


def _shipping_methods(request: Request, _caller: Caller, _environment: Environment) -> Answer:
    from api.handlers import preconditions

    body, version = _methods()
    headers = {"ETag": preconditions.etag(version), "Cache-Control": caching.REFERENCE}
    if preconditions.is_known_to_caller(request, version):
        return Answer(HTTPStatus.NOT_MODIFIED, None, headers)
    return Answer(HTTPStatus.OK, body, headers)


@cache
def _methods() -> tuple[dict[str, Json], int]:
    """The answer and its version: a checksum, as what is data of ours changes with our releases alone."""
    from api.domain.shipping_methods import METHODS
    from api.handlers import views

    body = views.shipping_methods(METHODS)
    return body, zlib.crc32(json.dumps(body).encode())


@cache
def _document() -> dict[str, Json]:
    document: dict[str, Json] = json.loads(DOCUMENT.read_text())
    return document


ROUTES: Final = (
    Route("getHealth", "GET", "/v1/health", Access.PUBLIC, _health),
    Route("listShippingMethods", "GET", "/v1/reference/shipping-methods", Access.PUBLIC, _shipping_methods),
    Route("getOpenApi", "GET", "/v1/openapi.json", Access.PUBLIC, _openapi),
)

handler = Function(ROUTES, lambda: os.environ)
"""What Lambda calls with (event, context)."""
