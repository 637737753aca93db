"""What the functions with data work on, put together from their environment on first use."""

from dataclasses import dataclass
from functools import cache

from api.adapters import aws, sources
from api.adapters.claims import DynamoClaims
from api.adapters.cursors import SignedCursors
from api.adapters.idempotency import Idempotency
from api.adapters.orders import DynamoOrders
from api.adapters.products import DynamoProducts
from api.adapters.signing_keys import SigningKeys
from api.domain.catalogue import Catalogue
from api.domain.claims import Claiming
from api.domain.ordering import Ordering
from api.domain.ports import Cursors
from api.handlers.settings import settings


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a route may use."""

    catalogue: Catalogue
    ordering: Ordering
    claiming: Claiming
    claims_bucket: str
    cursors: Cursors
    idempotency: Idempotency


@cache
def services() -> Services:
    """This environment's services."""
    told = settings()
    client = aws.dynamodb()
    keys = SigningKeys(told.cursor_secret)
    products = DynamoProducts(client, told.table)
    orders = DynamoOrders(client, told.table)
    return Services(
        catalogue=Catalogue(products, sources.now, sources.new_id),
        ordering=Ordering(products, orders, sources.now, sources.new_id),
        claiming=Claiming(orders, DynamoClaims(client, told.table), sources.now, sources.new_id),
        claims_bucket=told.claims_bucket,
        cursors=SignedCursors(keys.current, sources.now, keys.others),
        idempotency=Idempotency(client, told.idempotency_table),
    )
