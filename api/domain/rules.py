"""What may be placed and what may be cancelled. Pure: ids and times are passed in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from api.domain import settling
from api.domain.errors import (
    MixedCurrencies,
    OrderAlreadyCancelled,
    OrderShipped,
    RepeatedProduct,
    UnknownProduct,
)
from api.domain.model import Order, OrderLine, OrderStatus, Product, RequestedLine
from api.domain.owner import Owner


def refuse_repeated(requested: Sequence[RequestedLine]) -> None:
    """RepeatedProduct if a line names the product of an earlier one (a transaction touches an item once)."""
    skus = [line.sku for line in requested]
    repeated = [index for index, sku in enumerate(skus) if sku in skus[:index]]
    if repeated:
        raise RepeatedProduct(repeated)


def place(
    order_id: str, owner: Owner, requested: Sequence[RequestedLine], products: Mapping[str, Product], now: datetime
) -> Order:
    """An order at the products' present names and prices, with nothing said about its payment yet.

    Raises RepeatedProduct, UnknownProduct or MixedCurrencies. Whether the stock suffices is decided where the stock
    is kept, in the same transaction that keeps the order.
    """
    refuse_repeated(requested)
    unknown = [index for index, line in enumerate(requested) if line.sku not in products]
    if unknown:
        raise UnknownProduct(unknown)
    lines = tuple(_line(line, products[line.sku]) for line in requested)
    currencies = {line.unit_price.currency for line in lines}
    if len(currencies) > 1:
        raise MixedCurrencies(currencies)
    return Order(order_id, owner, OrderStatus.CONFIRMED, lines, version=1, placed_at=now, updated_at=now)


def cancel(order: Order, now: datetime) -> Order:
    """The order as cancelled, its payment to be voided. Raises OrderShipped or OrderAlreadyCancelled."""
    if order.status in (OrderStatus.SHIPPED, OrderStatus.DELIVERED):
        raise OrderShipped(order.id)
    if order.status in (OrderStatus.CANCELLED, OrderStatus.PAYMENT_FAILED):  # neither holds any stock
        raise OrderAlreadyCancelled(order.id)
    payment = settling.released(order.payment, now)
    return replace(order, status=OrderStatus.CANCELLED, payment=payment, version=order.version + 1, updated_at=now)


def _line(requested: RequestedLine, product: Product) -> OrderLine:
    return OrderLine(requested.sku, product.details.name, requested.quantity, product.details.price)
