"""The function `orders`: a customer's own orders. Somebody else's order is answered like one that does not exist.

What it may do in AWS is listed in api/needs.py.
"""

import re
from http import HTTPStatus
from typing import Final

from api.domain import limits
from api.domain.cursor import Scope
from api.domain.errors import OrderMissing
from api.domain.events import Cause
from api.handlers import bodies, caching, correlation, happenings, paging, preconditions, queries, repeating, views
from api.handlers.callers import Caller
from api.handlers.function import Function
from api.handlers.happenings import Happening
from api.handlers.http import Answer, Request
from api.handlers.routes import Access, Route
from api.handlers.schemas import NewOrder, PageQuery
from api.handlers.services import Services, services


def _place(request: Request, caller: Caller, services: Services) -> Answer:
    body = bodies.read(request, NewOrder)
    cause = Cause(request.correlation_id, request.id, correlation.traceparent(request.headers))

    def effect(receipt: str) -> Answer:
        placed = services.ordering.place(caller.subject, body.requested(), cause, receipt)
        happenings.count(Happening.ORDER_PLACED)
        headers = {"ETag": preconditions.etag(placed.version), "Location": f"/v1/orders/{placed.id}"}
        return Answer(HTTPStatus.CREATED, views.order(placed), headers)

    return repeating.once(services.idempotency, request, caller, body, effect)


def _list(request: Request, caller: Caller, services: Services) -> Answer:
    return paging.paged(
        request,
        queries.read(request, PageQuery),
        Scope(caller.subject, "listOrders", {}),
        services.cursors,
        lambda limit, after: services.ordering.orders.of_customer(caller.subject, limit, after),
        views.order_summary,
        caching.OWN_ORDERS,
    )


def _get(request: Request, caller: Caller, services: Services) -> Answer:
    order = services.ordering.get(caller.subject, _order_id(request))
    headers = {"ETag": preconditions.etag(order.version), "Cache-Control": caching.OWN_ORDERS}
    if preconditions.is_known_to_caller(request, order.version):
        return Answer(HTTPStatus.NOT_MODIFIED, None, headers)
    return Answer(HTTPStatus.OK, views.order(order), headers)


def _cancel(request: Request, caller: Caller, services: Services) -> Answer:
    bodies.refuse(request)
    expected = preconditions.expected_if_given(request)
    cancelled = services.ordering.cancel(caller.subject, _order_id(request), expected)
    happenings.count(Happening.ORDER_CANCELLED)
    headers = {"ETag": preconditions.etag(cancelled.version), "Cache-Control": caching.NOBODY}
    return Answer(HTTPStatus.OK, views.order(cancelled), headers)


def _order_id(request: Request) -> str:
    """The id in the path; one that no order can have is simply not there."""
    order_id = request.parameters["id"]
    if not re.fullmatch(limits.ORDER_ID, order_id):
        raise OrderMissing
    return order_id


ROUTES: Final = (
    Route("listOrders", "GET", "/v1/orders", Access.CUSTOMER, _list),
    Route("placeOrder", "POST", "/v1/orders", Access.CUSTOMER, _place),
    Route("getOrder", "GET", "/v1/orders/{id}", Access.CUSTOMER, _get),
    Route("cancelOrder", "POST", "/v1/orders/{id}/cancellation", Access.CUSTOMER, _cancel),
)

handler = Function(ROUTES, services)
"""What Lambda calls with (event, context)."""
