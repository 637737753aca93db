"""The function `products`: the catalogue and its stock. Reading is public, writing is for the group ops.

What it may do in AWS is listed in api/needs.py.
"""

import re
from http import HTTPStatus
from typing import Final

from api.domain import limits
from api.domain.cursor import Scope
from api.domain.errors import ProductMissing
from api.handlers import bodies, caching, correlation, logs, paging, preconditions, queries, repeating, views
from api.handlers.callers import Caller
from api.handlers.function import Function
from api.handlers.http import Answer, Request
from api.handlers.routes import Access, Route
from api.handlers.services import Services, services


def _list(request: Request, caller: Caller, services: Services) -> Answer:
    from api.handlers.schemas import ProductQuery

    query = queries.read(request, ProductQuery)
    parameters = {"category": query.category, **({"q": query.q} if query.q else {})}
    return paging.paged(
        request,
        query,
        Scope(caller.subject, "listProducts", parameters),
        services.cursors,
        lambda limit, after: services.catalogue.products.in_category(query.category, query.q, limit, after),
        views.product,
        caching.PRODUCTS,
    )


def _create(request: Request, caller: Caller, services: Services) -> Answer:
    from api.handlers.schemas import NewProduct

    body = bodies.read(request, NewProduct)
    cause = correlation.cause(request)

    def effect(_digest: str) -> Answer:
        added = services.catalogue.add(body.sku, body.details(), cause)
        headers = {"ETag": preconditions.etag(added.version), "Location": f"/v1/products/{added.sku}"}
        return Answer(HTTPStatus.CREATED, views.product(added), headers)

    return repeating.once(services.idempotency, request, caller, body, effect)


def _get(request: Request, _caller: Caller, services: Services) -> Answer:
    product = services.catalogue.product(_sku(request))
    headers = {"ETag": preconditions.etag(product.version), "Cache-Control": caching.PRODUCT}
    if preconditions.is_known_to_caller(request, product.version):
        return Answer(HTTPStatus.NOT_MODIFIED, None, headers)
    return Answer(HTTPStatus.OK, views.product(product), headers)


def _replace(request: Request, _caller: Caller, services: Services) -> Answer:
    from api.handlers.schemas import ProductDetailsBody

    sku = _sku(request)
    expected = preconditions.expected(request)
    body = bodies.read(request, ProductDetailsBody)
    bodies.require_plain(body)
    replaced = services.catalogue.change(sku, body.details(), expected, correlation.cause(request))
    headers = {"ETag": preconditions.etag(replaced.version), "Cache-Control": caching.NOBODY}
    return Answer(HTTPStatus.OK, views.product(replaced), headers)


def _availability(request: Request, _caller: Caller, services: Services) -> Answer:
    stock = services.catalogue.availability(_sku(request))
    return Answer(HTTPStatus.OK, views.availability(stock), {"Cache-Control": caching.NOBODY})


def _adjust_stock(request: Request, caller: Caller, services: Services) -> Answer:
    from api.handlers.schemas import StockAdjustment

    sku = _sku(request)
    body = bodies.read(request, StockAdjustment)
    cause = correlation.cause(request)

    def effect(_digest: str) -> Answer:
        stock = services.catalogue.adjust(sku, body.delta, cause)
        logs.note("stock adjusted", sku=sku, delta=body.delta)
        return Answer(HTTPStatus.OK, views.availability(stock))

    return repeating.once(services.idempotency, request, caller, body, effect)


def _sku(request: Request) -> str:
    """The sku in the path; one that no product can have is simply not there."""
    sku = request.parameters["sku"]
    if not re.fullmatch(limits.SKU, sku):
        raise ProductMissing
    return sku


ROUTES: Final = (
    Route("listProducts", "GET", "/v1/products", Access.PUBLIC, _list),
    Route("createProduct", "POST", "/v1/products", Access.OPS, _create),
    Route("getProduct", "GET", "/v1/products/{sku}", Access.PUBLIC, _get),
    Route("replaceProduct", "PUT", "/v1/products/{sku}", Access.OPS, _replace),
    Route("getAvailability", "GET", "/v1/products/{sku}/availability", Access.PUBLIC, _availability),
    Route("adjustStock", "POST", "/v1/products/{sku}/stock-adjustments", Access.OPS, _adjust_stock),
)

handler = Function(ROUTES, services)
"""What Lambda calls with (event, context)."""
