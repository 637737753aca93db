"""The function `orders`: a customer's own orders. Somebody else's order is answered like one that does not exist.

What it may do in AWS is listed in api/needs.py.
"""

from http import HTTPStatus
from typing import Final

from api.domain import settling
from api.domain.cursor import Scope
from api.domain.model import Order, OrderStatus
from api.domain.owner import customer
from api.handlers import (
    bodies,
    caching,
    correlation,
    happenings,
    paging,
    paying,
    preconditions,
    problems,
    queries,
    repeating,
    views,
)
from api.handlers.callers import Caller
from api.handlers.function import Function
from api.handlers.happenings import Happening
from api.handlers.http import Answer, Request
from api.handlers.order_paths import order_id
from api.handlers.problems import Problem
from api.handlers.routes import Access, Route
from api.handlers.services import Services, services

_LOOK_AGAIN: Final = {"Retry-After": "20"}
"""A little more than the worker waits before it asks again (api.adapters.payment_work)."""


def _place(request: Request, caller: Caller, services: Services) -> Answer:
    from api.handlers.schemas import NewOrder

    body = bodies.read(request, NewOrder)
    cause = correlation.cause(request)

    def effect(receipt: str) -> Answer:
        placed = services.ordering.place(customer(caller.subject), body.requested(), cause, receipt)
        happenings.count(Happening.ORDER_PLACED)
        order = paying.checkout().pay(placed, cause, paying.patience(request.context))
        return _placed(request, order)

    return repeating.once(services.idempotency, request, caller, body, effect)


def _placed(request: Request, order: Order) -> Answer:
    """201 for an order that is paid for, 402 for one that can't be, 202 for one of which nobody knows yet."""
    if order.status is OrderStatus.PAYMENT_FAILED:
        return _declined(request)
    headers = {"ETag": preconditions.etag(order.version), "Location": f"/v1/orders/{order.id}"}
    if order.status is OrderStatus.PAYMENT_PENDING:
        return Answer(HTTPStatus.ACCEPTED, views.order(order), {**headers, **_LOOK_AGAIN})
    return Answer(HTTPStatus.CREATED, views.order(order), headers)


def _declined(request: Request) -> Answer:
    """An answer and no exception: it is remembered under its key, as the order can't be placed again under it."""
    detail = "The payment was declined. The order is not placed and holds no stock."
    problem = Problem(HTTPStatus.PAYMENT_REQUIRED, "payment-declined", detail)
    return problems.answer(problem, request.base + request.path, request.correlation_id)


def _pay(request: Request, caller: Caller, services: Services) -> Answer:
    bodies.refuse(request)
    wanted, cause = order_id(request), correlation.cause(request)

    def effect(_: str) -> Answer:
        order = services.ordering.get(customer(caller.subject), wanted)
        settling.pending(order)
        after = paying.checkout().pay(order, cause, paying.patience(request.context))
        return _paid(request, after)

    return repeating.once(services.idempotency, request, caller, None, effect)


def _paid(request: Request, order: Order) -> Answer:
    """As `_placed`, of the payment. A provider that is away is 202: a 5xx would let it stop a rollout of ours."""
    payment = order.payment
    if payment is None or order.status is OrderStatus.PAYMENT_FAILED:
        return _declined(request)
    headers = {
        "ETag": preconditions.etag(payment.version),
        "Location": f"/v1/orders/{order.id}/payments/{payment.id}",
    }
    if settling.is_unsettled(order):
        return Answer(HTTPStatus.ACCEPTED, views.payment(payment), {**headers, **_LOOK_AGAIN})
    return Answer(HTTPStatus.CREATED, views.payment(payment), headers)


def _payment(request: Request, caller: Caller, services: Services) -> Answer:
    order = services.ordering.get(customer(caller.subject), order_id(request))
    payment = settling.payment(order, request.parameters["payment_id"])
    headers = {"ETag": preconditions.etag(payment.version), "Cache-Control": caching.OWN_ORDERS}
    if preconditions.is_known_to_caller(request, payment.version):
        return Answer(HTTPStatus.NOT_MODIFIED, None, headers)
    return Answer(HTTPStatus.OK, views.payment(payment), headers)


def _list(request: Request, caller: Caller, services: Services) -> Answer:
    from api.handlers.schemas import OrderQuery

    query = queries.read(request, OrderQuery)
    chosen = query.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"limit", "cursor"})
    wanted = query.wanted()
    return paging.paged(
        request,
        query,
        Scope(caller.subject, "listOrders", chosen),
        services.cursors,
        lambda limit, after: services.ordering.orders.of_customer(caller.subject, wanted, limit, after),
        views.order_summary,
        caching.OWN_ORDERS,
    )


def _get(request: Request, caller: Caller, services: Services) -> Answer:
    order = services.ordering.get(customer(caller.subject), order_id(request))
    headers = {"ETag": preconditions.etag(order.version), "Cache-Control": caching.OWN_ORDERS}
    if preconditions.is_known_to_caller(request, order.version):
        return Answer(HTTPStatus.NOT_MODIFIED, None, headers)
    return Answer(HTTPStatus.OK, views.order(order), headers)


def _timeline(request: Request, caller: Caller, services: Services) -> Answer:
    wanted = order_id(request)
    steps = services.ordering.timeline(customer(caller.subject), wanted)
    headers = {"ETag": preconditions.etag(len(steps)), "Cache-Control": caching.OWN_ORDERS}  # steps are only ever added
    if preconditions.is_known_to_caller(request, len(steps)):
        return Answer(HTTPStatus.NOT_MODIFIED, None, headers)
    return Answer(HTTPStatus.OK, views.timeline(wanted, steps), headers)


def _invoice(request: Request, caller: Caller, _: Services) -> Answer:
    from api.handlers.order_invoices import invoices

    address = invoices().address(customer(caller.subject), order_id(request))
    return Answer(HTTPStatus.SEE_OTHER, None, {"Location": address, "Cache-Control": caching.NOBODY})


def _cancel(request: Request, caller: Caller, services: Services) -> Answer:
    bodies.refuse(request)
    expected = preconditions.expected_if_given(request)
    cause = correlation.cause(request)
    cancelled = services.ordering.cancel(customer(caller.subject), order_id(request), expected, cause)
    happenings.count(Happening.ORDER_CANCELLED)
    paying.checkout().follow_up(cancelled, cause)
    headers = {"ETag": preconditions.etag(cancelled.version), "Cache-Control": caching.NOBODY}
    return Answer(HTTPStatus.OK, views.order(cancelled), headers)


def _open_claim(request: Request, caller: Caller, services: Services) -> Answer:
    from api.handlers.schemas import NewClaim

    claimed = order_id(request)
    body = bodies.read(request, NewClaim)

    def effect(_digest: str) -> Answer:
        claim = services.claiming.open(caller.subject, claimed, body.claimed())
        return Answer(HTTPStatus.CREATED, views.claim(claim, services.claims_bucket))

    return repeating.once(services.idempotency, request, caller, body, effect)


ROUTES: Final = (
    Route("listOrders", "GET", "/v1/orders", Access.CUSTOMER, _list),
    Route("placeOrder", "POST", "/v1/orders", Access.CUSTOMER, _place, business=True),
    Route("getOrder", "GET", "/v1/orders/{id}", Access.CUSTOMER, _get),
    Route("getTimeline", "GET", "/v1/orders/{id}/timeline", Access.CUSTOMER, _timeline),
    Route("getInvoice", "GET", "/v1/orders/{id}/invoice", Access.CUSTOMER, _invoice),
    Route("openClaim", "POST", "/v1/orders/{id}/claims", Access.CUSTOMER, _open_claim),
    Route("cancelOrder", "POST", "/v1/orders/{id}/cancellation", Access.CUSTOMER, _cancel),
    Route("payOrder", "POST", "/v1/orders/{id}/payments", Access.CUSTOMER, _pay),
    Route("getPayment", "GET", "/v1/orders/{id}/payments/{payment_id}", Access.CUSTOMER, _payment),
)

handler = Function(ROUTES, services)
"""What Lambda calls with (event, context)."""
