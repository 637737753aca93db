"""The function `orders`: a customer's own orders. Somebody else's order is answered like one that does not exist.

What it may do in AWS is listed in api/needs.py.
"""

from http import HTTPStatus
from typing import Final

from api.domain.cursor import Scope
from api.domain.events import Cause
from api.domain.owner import customer
from api.handlers import bodies, caching, correlation, paging, preconditions, queries, repeating, views
from api.handlers.callers import Caller
from api.handlers.function import Function
from api.handlers.http import Answer, Request
from api.handlers.order_paths import order_id
from api.handlers.routes import Access, Route
from api.handlers.schemas import NewOrder, PageQuery
from api.handlers.services import Services, services


def _place(request: Request, caller: Caller, services: Services) -> Answer:
    body = bodies.read(request, NewOrder)
    cause = Cause(request.correlation_id, request.id, correlation.traceparent(request.headers))

    def effect(receipt: str) -> Answer:
        placed = services.ordering.place(customer(caller.subject), body.requested(), cause, receipt)
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
    order = services.ordering.get(customer(caller.subject), order_id(request))
    headers = {"ETag": preconditions.etag(order.version), "Cache-Control": caching.OWN_ORDERS}
    if preconditions.is_known_to_caller(request, order.version):
        return Answer(HTTPStatus.NOT_MODIFIED, None, headers)
    return Answer(HTTPStatus.OK, views.order(order), headers)


def _cancel(request: Request, caller: Caller, services: Services) -> Answer:
    bodies.refuse(request)
    expected = preconditions.expected_if_given(request)
    cancelled = services.ordering.cancel(customer(caller.subject), order_id(request), expected)
    headers = {"ETag": preconditions.etag(cancelled.version), "Cache-Control": caching.NOBODY}
    return Answer(HTTPStatus.OK, views.order(cancelled), headers)


ROUTES: Final = (
    Route("listOrders", "GET", "/v1/orders", Access.CUSTOMER, _list),
    Route("placeOrder", "POST", "/v1/orders", Access.CUSTOMER, _place),
    Route("getOrder", "GET", "/v1/orders/{id}", Access.CUSTOMER, _get),
    Route("cancelOrder", "POST", "/v1/orders/{id}/cancellation", Access.CUSTOMER, _cancel),
)

handler = Function(ROUTES, services)
"""What Lambda calls with (event, context)."""
