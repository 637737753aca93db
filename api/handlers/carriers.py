"""The function `carriers`: what carriers tell of the parcels that they bring.

Which carrier it is, is kept by the client of its token; a body never says it. What this may do in AWS is listed in
api/needs.py.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from http import HTTPStatus
from typing import Final

from api.adapters import aws, sources
from api.adapters.carriers import DynamoCarriers
from api.adapters.orders import DynamoOrders
from api.adapters.parcels import DynamoParcels
from api.adapters.remembered import Remembered
from api.domain.ports import Carriers
from api.domain.scanning import Scanning
from api.handlers import bodies, caching, correlation, happenings, logs, views
from api.handlers.callers import Caller
from api.handlers.carrier_schemas import NewScan
from api.handlers.function import Function
from api.handlers.happenings import Happening
from api.handlers.http import Answer, Request
from api.handlers.problems import Problem
from api.handlers.routes import Access, Route

_CLIENT_KEPT: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a route may use."""

    carriers: Carriers
    scanning: Scanning


@cache
def services() -> Services:
    """This environment's services."""
    client, table = aws.dynamodb(), sources.told("TABLE_NAME")
    orders = DynamoOrders(client, table)
    return Services(
        carriers=Remembered(DynamoCarriers(client, table).get, _CLIENT_KEPT, sources.now),
        scanning=Scanning(DynamoParcels(client, table), orders, sources.now, sources.new_id),
    )


def _scan(request: Request, caller: Caller, services: Services) -> Answer:
    """The scan's own id is what makes a repetition known, so no Idempotency-Key is asked for."""
    carrier = services.carriers.get(caller.subject)
    if carrier is None:
        raise Problem(HTTPStatus.FORBIDDEN, "forbidden", "The token is for a client that is no carrier's.")
    scan = bodies.read(request, NewScan).scan()
    heard = services.scanning.hear(carrier, scan, correlation.cause(request))
    if heard.dispatched:
        happenings.count(Happening.PARCEL_DISPATCHED)
    if heard.delivered:
        happenings.count(Happening.PARCEL_DELIVERED)
    logs.note("parcel scanned", carrier=carrier, scan=scan.status.value, parcel=heard.shipment.status.value)
    return Answer(HTTPStatus.OK, views.parcel(heard.shipment), {"Cache-Control": caching.NOBODY})


ROUTES: Final = (Route("scanParcel", "POST", "/carrier/v1/scans", Access.CARRIER, _scan),)

handler = Function(ROUTES, services)
"""What Lambda calls with (event, context)."""
