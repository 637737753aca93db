"""Items of the table to domain objects and back. Every item names its `entity` and carries a `version`."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from api.adapters import keys
from api.adapters.attributes import number, text
from api.adapters.shipment_items import to_shipment
from api.domain import settling
from api.domain.events import SOURCE, Event, Json, order_of
from api.domain.instants import read, written
from api.domain.model import Order, OrderLine, OrderReference, OrderStatus, OrderSummary, Product, ProductDetails, Stock
from api.domain.money import Money
from api.domain.owner import Owner, OwnerKind, customer, partner
from api.domain.payment import Payment, PaymentStatus
from api.domain.timeline import STEPS, Happened, Step

type Item = dict[str, Json]

EVENT_LIFETIME: Final = timedelta(days=7)
"""Long enough to find out why one was not sent; then `expires_at` (epoch seconds) lets the table drop it."""

HANDLED_LIFETIME: Final = timedelta(days=30)
"""Longer than a message can come again: 4 days in its queue, 14 in the dead letters, 4 more after it was sent back."""

RECEIPT_LIFETIME: Final = timedelta(days=2)
"""Longer than an idempotency key is remembered."""


def from_product(product: Product) -> Item:
    """A product's META item."""
    return {
        **keys.product(product.sku),
        **product_changes(product.sku, product.details),
        "entity": "PRODUCT",
        "sku": product.sku,
        "version": product.version,
        "created_at": written(product.created_at),
        "updated_at": written(product.updated_at),
    }


def product_changes(sku: str, details: ProductDetails) -> Item:
    """The attributes that a change of the details sets."""
    return {
        "GSI1PK": keys.category(details.category),
        "GSI1SK": keys.product_in_category(details.name, sku),
        "name": details.name,
        "description": details.description,
        "category": details.category,
        "price_amount": details.price.amount,
        "price_currency": details.price.currency,
    }


def to_product(item: Mapping[str, Json]) -> Product:
    """The product of a META item."""
    details = ProductDetails(
        text(item, "name"),
        text(item, "description"),
        text(item, "category"),
        Money(number(item, "price_amount"), text(item, "price_currency")),
    )
    return Product(
        text(item, "sku"),
        details,
        number(item, "version"),
        read(text(item, "created_at")),
        read(text(item, "updated_at")),
    )


def empty_stock(product: Product) -> Item:
    """A new product's STOCK item."""
    return {
        **keys.stock(product.sku),
        "entity": "STOCK",
        "sku": product.sku,
        "available": 0,
        "reserved": 0,
        "version": 1,
        "updated_at": written(product.created_at),
    }


def to_stock(item: Mapping[str, Json]) -> Stock:
    """The stock of a STOCK item."""
    return Stock(text(item, "sku"), number(item, "available"), number(item, "reserved"))


def from_order(order: Order) -> Item:
    """An order's META item: all that a list shows."""
    return {
        **keys.order(order.id),
        **_owner(order),
        "entity": "ORDER",
        "order_id": order.id,
        "status": order.status.value,
        "line_count": len(order.lines),
        "total_amount": order.total.amount,
        "total_currency": order.total.currency,
        "version": order.version,
        "placed_at": written(order.placed_at),
        "updated_at": written(order.updated_at),
        **({"sweep_shard": keys.shard(order.id)} if settling.is_unsettled(order) else {}),
    }


def from_payment(order_id: str, payment: Payment) -> Item:
    """A payment's PAY item."""
    return {
        **keys.payment(order_id, payment.id),
        **_found_by(payment),
        "entity": "PAYMENT",
        "payment_id": payment.id,
        "order_id": order_id,
        "status": payment.status.value,
        "amount": payment.amount.amount,
        "currency": payment.amount.currency,
        "reference": payment.reference,
        "version": payment.version,
        "created_at": written(payment.created_at),
        "updated_at": written(payment.updated_at),
    }


def _found_by(payment: Payment) -> keys.Key:
    if payment.reference is None:
        return keys.awaiting_reference(payment.id)
    return keys.provider_reference(payment.reference)


def from_line(order: Order, number_from_one: int, line: OrderLine) -> Item:
    """An order's ITEM item."""
    return {
        **keys.order_line(order.id, number_from_one),
        "entity": "ORDER_LINE",
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "price_amount": line.unit_price.amount,
        "price_currency": line.unit_price.currency,
        "version": 1,
    }


def from_reservation(order: Order, line: OrderLine) -> Item:
    """The RES item that says which order holds a product's reserved pieces."""
    return {
        **keys.reservation(order.id, line.sku),
        "entity": "RESERVATION",
        "sku": line.sku,
        "quantity": line.quantity,
        "version": 1,
    }


def to_order(items: Sequence[Mapping[str, Json]]) -> Order | None:
    """The order of its ITEM items, META, PARCEL and PAY items, in the order of their sort keys; None without any."""
    if not items:
        return None
    (meta,) = (item for item in items if item["entity"] == "ORDER")
    payments = [_to_payment(item) for item in items if item["entity"] == "PAYMENT"]
    return Order(
        text(meta, "order_id"),
        _to_owner(meta),
        OrderStatus(text(meta, "status")),
        tuple(_to_line(item) for item in items if item["entity"] == "ORDER_LINE"),
        number(meta, "version"),
        read(text(meta, "placed_at")),
        read(text(meta, "updated_at")),
        payments[-1] if payments else None,
        tuple(to_shipment(item) for item in items if item["entity"] == "SHIPMENT"),
    )


def to_summary(item: Mapping[str, Json]) -> OrderSummary:
    """What a list shows of a META item."""
    return OrderSummary(
        text(item, "order_id"),
        OrderStatus(text(item, "status")),
        number(item, "line_count"),
        Money(number(item, "total_amount"), text(item, "total_currency")),
        read(text(item, "placed_at")),
        read(text(item, "updated_at")),
    )


def from_partner_order(order: Order) -> Item:
    """The slim item by which a partner finds its order: what never changes, so that nothing has to keep it true."""
    return {
        **keys.partner_order(order.owner.id, order.id),
        "entity": "PARTNER_ORDER",
        "order_id": order.id,
        "line_count": len(order.lines),
        "total_amount": order.total.amount,
        "total_currency": order.total.currency,
        "version": 1,
        "placed_at": written(order.placed_at),
    }


def to_reference(item: Mapping[str, Json]) -> OrderReference:
    """The order of a PARTNER_ORDER item."""
    return OrderReference(
        text(item, "order_id"),
        number(item, "line_count"),
        Money(number(item, "total_amount"), text(item, "total_currency")),
        read(text(item, "placed_at")),
    )


def from_event(event: Event, now: datetime) -> Item:
    """The outbox item that the table's stream carries to the event bus (filter: `entity` is EVENT)."""
    return {
        **keys.event(event.id),
        "entity": "EVENT",
        "source": SOURCE,
        "detail_type": event.kind,
        "detail": json.dumps(event.detail, ensure_ascii=False, separators=(",", ":")),
        "version": 1,
        "created_at": written(now),
        "expires_at": int((now + EVENT_LIFETIME).timestamp()),
    }


def from_events(events: Sequence[Event], now: datetime) -> list[Item]:
    """The outbox items of what happened together, and for those that are steps of an order, a STEP item each.

    A step stays with its order when its event has been sent and dropped.
    """
    steps = [_from_step(event, now, place) for place, event in enumerate(events) if event.kind in STEPS]
    return [*(from_event(event, now) for event in events), *steps]


def _from_step(event: Event, now: datetime, place: int) -> Item:
    reason = event.data.get("reason")
    return {
        **keys.step(order_of(event), written(now), place, event.id),
        "entity": "STEP",
        "happened": STEPS[event.kind].value,
        "at": written(now),
        **({} if reason is None else {"reason": reason}),
        "version": 1,
    }


def to_step(item: Mapping[str, Json]) -> Step:
    """The step of a STEP item."""
    reason = text(item, "reason") if "reason" in item else None
    return Step(Happened(text(item, "happened")), read(text(item, "at")), reason)


def from_receipt(digest: str, order: Order) -> Item:
    """The item that says which order a request has placed."""
    return {
        **keys.receipt(digest),
        "entity": "RECEIPT",
        "order_id": order.id,
        "version": 1,
        "expires_at": int((order.placed_at + RECEIPT_LIFETIME).timestamp()),
    }


def _to_payment(item: Mapping[str, Json]) -> Payment:
    return Payment(
        text(item, "payment_id"),
        Money(number(item, "amount"), text(item, "currency")),
        PaymentStatus(text(item, "status")),
        None if item["reference"] is None else text(item, "reference"),
        number(item, "version"),
        read(text(item, "created_at")),
        read(text(item, "updated_at")),
    )


def from_handled(worker: str, event: Event, now: datetime) -> Item:
    """The item that says that a worker has handled an event."""
    return {
        **keys.handled(worker, event.id),
        "entity": "HANDLED",
        "version": 1,
        "created_at": written(now),
        "expires_at": int((now + HANDLED_LIFETIME).timestamp()),
    }


def _owner(order: Order) -> Item:
    """A customer's order is listed by the index, a partner's by items of its own."""
    if order.owner.kind is OwnerKind.PARTNER:
        return {"partner_id": order.owner.id}
    return {
        "GSI1PK": keys.customer(order.owner.id),
        "GSI1SK": keys.customer_order(order.id),
        "customer_id": order.owner.id,
    }


def _to_owner(meta: Mapping[str, Json]) -> Owner:
    return partner(text(meta, "partner_id")) if "partner_id" in meta else customer(text(meta, "customer_id"))


def _to_line(item: Mapping[str, Json]) -> OrderLine:
    price = Money(number(item, "price_amount"), text(item, "price_currency"))
    return OrderLine(text(item, "sku"), text(item, "name"), number(item, "quantity"), price)
