"""What the function `partners` works on, put together from its environment on first use."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Final

from api.adapters import aws, sources
from api.adapters.cursors import SignedCursors
from api.adapters.idempotency import Idempotency
from api.adapters.orders import DynamoOrders
from api.adapters.partner_orders import DynamoPartnerOrders, PartnerSessions
from api.adapters.partners import DynamoPartners
from api.adapters.products import DynamoProducts
from api.adapters.remembered import Remembered
from api.adapters.signing_keys import SigningKeys
from api.adapters.usage import GatewayUsage
from api.domain.ordering import Ordering
from api.domain.ports import Clock, Cursors, Gateway, PartnerOrders, Partners
from api.handlers.settings import partner_role, settings

_TIER_KEPT: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class PartnerServices:
    """Everything that a route for partners may use."""

    ordering: Ordering
    orders: PartnerOrders
    partners: Partners
    gateway: Gateway
    cursors: Cursors
    idempotency: Idempotency
    clock: Clock


@cache
def partner_services() -> PartnerServices:
    """This environment's services."""
    told = settings()
    client = aws.dynamodb()
    keys = SigningKeys(told.cursor_secret)
    products = DynamoProducts(client, told.table)
    sessions = PartnerSessions(aws.sts(), partner_role(), aws.dynamodb_lent, sources.now)
    return PartnerServices(
        ordering=Ordering(products, DynamoOrders(client, told.table), sources.now, sources.new_id),
        orders=DynamoPartnerOrders(sessions.client, told.table),
        partners=Remembered(DynamoPartners(client, told.table).get, _TIER_KEPT, sources.now),
        gateway=GatewayUsage(aws.apigateway(), sources.now),
        cursors=SignedCursors(keys.current, sources.now, keys.others),
        idempotency=Idempotency(client, told.idempotency_table),
        clock=sources.now,
    )
