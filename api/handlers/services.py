"""What the functions with data work on, put together from their environment on first use."""

from dataclasses import dataclass
from functools import cache

from api.adapters import aws, sources
from api.adapters.cursors import SignedCursors
from api.adapters.idempotency import Idempotency
from api.adapters.orders import DynamoOrders
from api.adapters.products import DynamoProducts
from api.adapters.secret import SecretKey
from api.domain.ordering import Ordering
from api.domain.ports import Clock, Cursors, Products
from api.handlers.settings import settings


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a route may use."""

    products: Products
    ordering: Ordering
    cursors: Cursors
    idempotency: Idempotency
    clock: Clock


@cache
def services() -> Services:
    """This environment's services."""
    told = settings()
    client = aws.dynamodb()
    products = DynamoProducts(client, told.table)
    return Services(
        products=products,
        ordering=Ordering(products, DynamoOrders(client, told.table), sources.now, sources.new_id),
        cursors=SignedCursors(SecretKey(told.cursor_secret), sources.now),
        idempotency=Idempotency(client, told.idempotency_table),
        clock=sources.now,
    )
