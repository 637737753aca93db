"""The function `imports`: imports of products, as operators ask for them and look after them. All of it is for ops.

What it may do in AWS is listed in api/needs.py: a function of its own, so that no other signs links to upload by.
"""

import re
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Final

from api.adapters import aws, sources
from api.adapters.idempotency import Idempotency
from api.adapters.product_imports import DynamoImports
from api.adapters.upload_links import S3UploadLinks
from api.domain import limits
from api.domain.errors import ImportMissing
from api.domain.product_imports import AskingForImports
from api.handlers import bodies, caching, correlation, logs, repeating, views
from api.handlers.callers import Caller
from api.handlers.function import Function
from api.handlers.http import Answer, Request
from api.handlers.routes import Access, Route
from api.handlers.schemas import NewProductImport
from api.handlers.settings import import_settings, settings


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a route may use."""

    asking: AskingForImports
    idempotency: Idempotency


@cache
def services() -> Services:
    """This environment's services."""
    told = import_settings()
    imports = DynamoImports(aws.dynamodb(), told.table)
    links = S3UploadLinks(aws.s3(), told.bucket, told.key)
    return Services(
        AskingForImports(imports, links, sources.now, sources.new_id),
        Idempotency(aws.dynamodb(), settings().idempotency_table),
    )


def _ask(request: Request, caller: Caller, services: Services) -> Answer:
    body = bodies.read(request, NewProductImport)
    cause = correlation.cause(request)

    def effect(_digest: str) -> Answer:
        asked, link = services.asking.ask(body.size, cause)
        logs.note("product import asked for", product_import=asked.id, operator=caller.subject)
        headers = {"Location": f"/v1/product-imports/{asked.id}"}
        return Answer(HTTPStatus.ACCEPTED, {**views.product_import(asked), "upload": views.upload(link)}, headers)

    return repeating.once(services.idempotency, request, caller, body, effect)


def _get(request: Request, _caller: Caller, services: Services) -> Answer:
    import_id = request.parameters["id"]
    if not re.fullmatch(limits.IMPORT_ID, import_id):
        raise ImportMissing
    return Answer(
        HTTPStatus.OK, views.product_import(services.asking.get(import_id)), {"Cache-Control": caching.NOBODY}
    )


ROUTES: Final = (
    Route("importProducts", "POST", "/v1/product-imports", Access.OPS, _ask),
    Route("getProductImport", "GET", "/v1/product-imports/{id}", Access.OPS, _get),
)

handler = Function(ROUTES, services)
"""What Lambda calls with (event, context)."""
