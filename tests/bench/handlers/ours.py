"""Ours: the delivered handlers: routing, validation, idempotency keys, problems, log, metrics.

The others place no order in earnest: they take no payment, tell nobody and hold no stock. So in `orders` the order
stands in memory, too; `whole` is the same operation with its domain, over a store and a payment in memory.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

from api.adapters import sources
from api.adapters.idempotency import Outcome, Repeatable
from api.domain import settling
from api.domain.catalogue import Catalogue
from api.domain.checkout import Checkout
from api.domain.events import Cause, Event, Json
from api.domain.model import Order, Product, ProductDetails
from api.domain.money import Money
from api.domain.ordering import Ordering
from api.domain.ports import LowStock
from api.handlers import orders as orders_module
from api.handlers import paying
from api.handlers import products as products_module
from api.handlers.function import Function
from api.handlers.services import Services
from tests.bench.handlers import store

_THEN = datetime(2026, 1, 1, tzinfo=UTC)
_PRODUCT = Product(
    "BENCH-1",
    ProductDetails("Coffee no. 1", "Beans from a single farm.", "coffee", Money(1250, "EUR")),
    3,
    _THEN,
    _THEN,
)


class _Products:
    def get(self, sku: str) -> Product | None:
        return _PRODUCT if store.product(sku) else None

    def several(self, skus: Collection[str]) -> Mapping[str, Product]:
        return {sku: _PRODUCT for sku in skus if store.product(sku)}


class _Orders:
    def place(self, order: Order, events: Sequence[Event], receipt: str, low: LowStock) -> None: ...


class _Checkout:
    def pay(self, order: Order, cause: Cause, seconds: float) -> Order:  # noqa: ARG002
        return settling.authorised(order, "bench", sources.now()) if settling.is_unsettled(order) else order


class _Once:
    def once(self, request: Repeatable, context: object, effect: Callable[[], dict[str, Json]]) -> Outcome:  # noqa: ARG002
        return Outcome(effect(), replayed=False)


class _Placed:
    """An order that was placed and paid for before, whoever asks for what."""

    def __init__(self, ordering: Ordering) -> None:
        self._ordering = ordering
        self._order: Order | None = None

    def place(self, *asked: Any) -> Order:
        if self._order is None:
            self._order = settling.authorised(self._ordering.place(*asked), "bench", sources.now())
        return self._order


@cache
def _whole() -> Services:
    kept = cast("Any", _Products())
    return _with(Ordering(kept, cast("Any", _Orders()), sources.now, sources.new_id))


@cache
def _services() -> Services:
    return _with(cast("Any", _Placed(_whole().ordering)))


def _with(ordering: Ordering) -> Services:
    kept = cast("Any", _Products())
    return Services(
        catalogue=Catalogue(kept, sources.now, sources.new_id),
        ordering=ordering,
        claiming=cast("Any", None),
        claims_bucket="",
        cursors=cast("Any", None),
        idempotency=cast("Any", _Once()),
    )


@cache
def _checkout() -> Checkout:
    return cast("Checkout", _Checkout())


paying.checkout = _checkout
products = Function(products_module.ROUTES, _services)
orders = Function(orders_module.ROUTES, _services)
whole = Function(orders_module.ROUTES, _whole)
