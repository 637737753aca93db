"""The function `partners`: a partner's own orders, and what of its plan it has used.

Who the partner is was found by the function `authorizer`; a body or a path never says it. What this may do in AWS is
listed in api/needs.py.
"""

from http import HTTPStatus
from typing import Final

from api.domain.cursor import Scope
from api.domain.errors import PartnerMissing
from api.domain.owner import partner
from api.domain.partners import LIMITS
from api.handlers import bodies, caching, correlation, paging, preconditions, queries, repeating, views
from api.handlers.callers import Caller
from api.handlers.function import Function
from api.handlers.http import Answer, Request
from api.handlers.order_paths import order_id
from api.handlers.partner_services import PartnerServices, partner_services
from api.handlers.routes import Access, Route


def _place(request: Request, caller: Caller, services: PartnerServices) -> Answer:
    from api.handlers.schemas import NewOrder

    body = bodies.read(request, NewOrder)
    cause = correlation.cause(request)

    def effect(receipt: str) -> Answer:
        placed = services.ordering.place(partner(caller.subject), body.requested(), cause, receipt)
        headers = {"ETag": preconditions.etag(placed.version), "Location": f"/partner/v1/orders/{placed.id}"}
        return Answer(HTTPStatus.CREATED, views.order(placed), headers)

    return repeating.once(services.idempotency, request, caller, body, effect)


def _list(request: Request, caller: Caller, services: PartnerServices) -> Answer:
    from api.handlers.schemas import PageQuery

    return paging.paged(
        request,
        queries.read(request, PageQuery),
        Scope(caller.subject, "listPartnerOrders", {}),
        services.cursors,
        lambda limit, after: services.orders.of_partner(caller.subject, limit, after),
        views.order_reference,
        caching.NOBODY,
    )


def _get(request: Request, caller: Caller, services: PartnerServices) -> Answer:
    order = services.ordering.get(partner(caller.subject), order_id(request))
    headers = {"ETag": preconditions.etag(order.version), "Cache-Control": caching.OWN_ORDERS}
    if preconditions.is_known_to_caller(request, order.version):
        return Answer(HTTPStatus.NOT_MODIFIED, None, headers)
    return Answer(HTTPStatus.OK, views.order(order), headers)


def _usage(_request: Request, caller: Caller, services: PartnerServices) -> Answer:
    known = services.partners.get(caller.subject)
    if known is None:
        raise PartnerMissing
    now = services.clock()
    counted = services.gateway.used(known.plan, [key.id for key in known.keys if key.is_good(now)], now.date())
    body = views.usage(known.tier, LIMITS[known.tier], now.date(), counted)
    return Answer(HTTPStatus.OK, body, {"Cache-Control": caching.NOBODY})


ROUTES: Final = (
    Route("listPartnerOrders", "GET", "/partner/v1/orders", Access.PARTNER_READS, _list),
    Route("placePartnerOrder", "POST", "/partner/v1/orders", Access.PARTNER_WRITES, _place),
    Route("getPartnerOrder", "GET", "/partner/v1/orders/{id}", Access.PARTNER_READS, _get),
    Route("getPartnerUsage", "GET", "/partner/v1/usage", Access.PARTNER_READS, _usage),
)

handler = Function(ROUTES, partner_services)
"""What Lambda calls with (event, context)."""
