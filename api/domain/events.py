"""Events: what others may rely on having happened. Their form is promised in contracts/events/."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.domain import limits
from api.domain.errors import EventUnreadable
from api.domain.instants import written
from api.domain.model import Order, OrderLine, Product, Stock
from api.domain.money import Money
from api.domain.owner import Owner, OwnerKind
from api.domain.shipment import Shipment

SOURCE: Final = "orders.api"
SCHEMA_VERSION: Final = 1

type Json = bool | int | str | list["Json"] | dict[str, "Json"] | None
"""JSON as this domain writes it: without floats."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an event happened: the id that runs through the whole chain, the request itself, and its trace."""

    correlation_id: str
    causation_id: str
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One event: `kind` becomes EventBridge's detail-type, `detail` its detail."""

    id: str
    kind: str
    detail: Mapping[str, Json]

    @property
    def data(self) -> Mapping[str, Json]:
        """What happened. Raises EventUnreadable if that is not told in an object."""
        return _object(self.detail, "data")

    @property
    def cause(self) -> Cause:
        """Why other events follow from this one: the same chain and trace, and this event as the reason."""
        metadata = _object(self.detail, "metadata")
        trace = metadata.get("traceparent")
        return Cause(_text(metadata, "correlation_id"), self.id, trace if isinstance(trace, str) else None)


def received(kind: str, detail: Json) -> Event:
    """An event that was heard of. Raises EventUnreadable unless it has metadata of a version that we know.

    A version only grows: what a newer one of the same number adds is simply not looked at.
    """
    if not isinstance(detail, dict):
        raise EventUnreadable("the detail is no object")
    metadata = _object(detail, "metadata")
    if metadata.get("schema_version") != SCHEMA_VERSION:
        raise EventUnreadable("its schema_version is not one that is known here")
    event = Event(_text(metadata, "event_id"), kind, detail)
    _text(metadata, "correlation_id")
    return event


def order_of(event: Event) -> str:
    """The id of the order that an event speaks of. Raises EventUnreadable if there is none."""
    order_id = event.data.get("order_id")
    if not isinstance(order_id, str) or not re.fullmatch(limits.ORDER_ID, order_id):
        raise EventUnreadable("order_id is no order's id")
    return order_id


def customer_of(event: Event) -> str:
    """Whom an event concerns. Raises EventUnreadable if it does not say."""
    return _text(event.data, "customer_id")


def is_partners(event: Event) -> bool:
    """Whether an event is of a partner's order, so that no customer is concerned. Raises EventUnreadable."""
    return "partner_id" in event.data


def order_placed(order: Order, event_id: str, cause: Cause) -> Event:
    """The event that an order has been placed and its stock reserved."""
    detail: dict[str, Json] = {
        "metadata": _metadata(event_id, written(order.placed_at), cause),
        "data": {
            "order_id": order.id,
            **_owner(order.owner),
            "lines": [_line(line) for line in order.lines],
            "total": _money(order.total),
            "placed_at": written(order.placed_at),
        },
    }
    return Event(event_id, "OrderPlaced", detail)


def payment_authorised(order: Order, event_id: str, cause: Cause) -> Event:
    """The event that the provider holds the money for an order. ValueError for an order without a payment."""
    return _of_payment("PaymentAuthorised", order, event_id, cause)


def payment_failed(order: Order, event_id: str, cause: Cause) -> Event:
    """The event that the payment of an order was declined. ValueError for an order without a payment."""
    return _of_payment("PaymentFailed", order, event_id, cause)


def order_confirmed(order: Order, event_id: str, cause: Cause) -> Event:
    """The event that an order is paid for, or will be invoiced to a partner, and may be sent."""
    at = written(order.updated_at)
    data: dict[str, Json] = {
        "order_id": order.id,
        **_owner(order.owner),
        "lines": [{"sku": line.sku, "quantity": line.quantity} for line in order.lines],
        "confirmed_at": at,
    }
    return Event(event_id, "OrderConfirmed", {"metadata": _metadata(event_id, at, cause), "data": data})


def order_cancelled(order: Order, reason: str, event_id: str, cause: Cause) -> Event:
    """The event that an order will not be sent and holds no stock any more.

    `reason` is one of `customer`, `payment_declined`, `payment_overdue`.
    """
    at = written(order.updated_at)
    data: dict[str, Json] = {
        "order_id": order.id,
        **_owner(order.owner),
        "lines": [{"sku": line.sku, "quantity": line.quantity} for line in order.lines],
        "reason": reason,
        "cancelled_at": at,
    }
    return Event(event_id, "OrderCancelled", {"metadata": _metadata(event_id, at, cause), "data": data})


def _of_payment(kind: str, order: Order, event_id: str, cause: Cause) -> Event:
    payment = order.payment
    if payment is None:
        raise ValueError(f"order {order.id} has no payment to tell of")
    at = written(payment.updated_at)
    data: dict[str, Json] = {
        "order_id": order.id,
        **_owner(order.owner),
        "payment_id": payment.id,
        "amount": _money(payment.amount),
    }
    return Event(event_id, kind, {"metadata": _metadata(event_id, at, cause), "data": data})


def payment_unsettled(order_id: str, event_id: str, now: datetime, cause: Cause) -> Event:
    """What the payment worker is told: the provider has something left to answer. It goes to its queue alone."""
    detail: dict[str, Json] = {"metadata": _metadata(event_id, written(now), cause), "data": {"order_id": order_id}}
    return Event(event_id, "PaymentUnsettled", detail)


def product_import_continues(import_id: str, done: int, event_id: str, now: datetime, cause: Cause) -> Event:
    """What the worker of imports is told: behind so many lines there is more of one. It goes to its queue alone."""
    detail: dict[str, Json] = {
        "metadata": _metadata(event_id, written(now), cause),
        "data": {"import_id": import_id, "done": done},
    }
    return Event(event_id, "ProductImportContinues", detail)


def shipment_requested(order_id: str, shipment: Shipment, lines: Json, event_id: str, cause: Cause) -> Event:
    """The event that an order may leave the house: what to pick, of which order, and what to write on the parcel."""
    at = written(shipment.requested_at)
    data: dict[str, Json] = {"order_id": order_id, **_parcel(shipment), "lines": lines, "requested_at": at}
    return Event(event_id, "ShipmentRequested", {"metadata": _metadata(event_id, at, cause), "data": data})


def shipment_dispatched(order: Order, shipment: Shipment, event_id: str, cause: Cause) -> Event:
    """The event that a parcel has left the house. ValueError for one that has not."""
    return _of_shipment(
        "ShipmentDispatched", order, shipment, ("dispatched_at", shipment.dispatched_at), event_id, cause
    )


def shipment_delivered(order: Order, shipment: Shipment, event_id: str, cause: Cause) -> Event:
    """The event that a parcel has arrived. ValueError for one that has not."""
    return _of_shipment("ShipmentDelivered", order, shipment, ("delivered_at", shipment.delivered_at), event_id, cause)


def _of_shipment(
    kind: str, order: Order, shipment: Shipment, told: tuple[str, datetime | None], event_id: str, cause: Cause
) -> Event:
    """It happened here when we heard of it; `told` is what the carrier calls its time."""
    name, at = told
    if at is None:
        raise ValueError(f"parcel {shipment.tracking_number} has no {name} to tell of")
    data: dict[str, Json] = {"order_id": order.id, **_owner(order.owner), **_parcel(shipment), name: written(at)}
    return Event(event_id, kind, {"metadata": _metadata(event_id, written(shipment.updated_at), cause), "data": data})


def customer_registered(customer: str, now: datetime, event_id: str, cause: Cause) -> Event:
    """The event that somebody has become a customer. It holds no personal data: who may read that asks for it."""
    detail: dict[str, Json] = {
        "metadata": _metadata(event_id, written(now), cause),
        "data": {"customer_id": customer, "registered_at": written(now)},
    }
    return Event(event_id, "CustomerRegistered", detail)


def customer_erased(customer: str, now: datetime, event_id: str, cause: Cause) -> Event:
    """The event that a customer was forgotten, so that whoever keeps something about them forgets it too."""
    detail: dict[str, Json] = {
        "metadata": _metadata(event_id, written(now), cause),
        "data": {"customer_id": customer, "erased_at": written(now)},
    }
    return Event(event_id, "CustomerErased", detail)


def product_changed(product: Product, event_id: str, cause: Cause) -> Event:
    """The event that a product is there (version 1), or says something else of itself than before."""
    at = written(product.updated_at)
    detail: dict[str, Json] = {
        "metadata": _metadata(event_id, at, cause),
        "data": {
            "sku": product.sku,
            "version": product.version,
            "name": product.details.name,
            "category": product.details.category,
            "price": _money(product.details.price),
            "changed_at": at,
        },
    }
    return Event(event_id, "ProductChanged", detail)


def stock_low(stock: Stock, event_id: str, now: datetime, cause: Cause) -> Event:
    """The event that fewer pieces of a product can be ordered than `limits.LOW_STOCK`, where there were as many."""
    detail: dict[str, Json] = {
        "metadata": _metadata(event_id, written(now), cause),
        "data": {
            "sku": stock.sku,
            "available": stock.available,
            "threshold": limits.LOW_STOCK,
            "noticed_at": written(now),
        },
    }
    return Event(event_id, "StockLow", detail)


def _owner(owner: Owner) -> dict[str, Json]:
    """`customer_id` is promised of every order; that of a partner says so besides."""
    named: dict[str, Json] = {"customer_id": owner.id}
    return named if owner.kind is OwnerKind.CUSTOMER else {**named, "partner_id": owner.id}


def _parcel(shipment: Shipment) -> dict[str, Json]:
    return {"carrier": shipment.carrier, "tracking_number": shipment.tracking_number}


def _metadata(event_id: str, occurred_at: str, cause: Cause) -> Json:
    metadata: dict[str, Json] = {
        "event_id": event_id,
        "occurred_at": occurred_at,
        "correlation_id": cause.correlation_id,
        "causation_id": cause.causation_id,
        "schema_version": SCHEMA_VERSION,
    }
    return metadata if cause.traceparent is None else {**metadata, "traceparent": cause.traceparent}


def _object(holder: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    value = holder.get(name)
    if not isinstance(value, dict):
        raise EventUnreadable(f"{name} is no object")
    return value


def _text(holder: Mapping[str, Json], name: str) -> str:
    value = holder.get(name)
    if not isinstance(value, str) or not value:
        raise EventUnreadable(f"{name} is no text")
    return value


def _line(line: OrderLine) -> Json:
    return {"sku": line.sku, "quantity": line.quantity, "unit_price": _money(line.unit_price)}


def _money(money: Money) -> Json:
    return {"amount": money.amount, "currency": money.currency}
