"""Events: what others may rely on having happened. Their form is promised in contracts/events/."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.domain.instants import written
from api.domain.model import Order, OrderLine
from api.domain.money import Money

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


def order_placed(order: Order, event_id: str, cause: Cause) -> Event:
    """The event that an order has been placed and its stock reserved."""
    detail: dict[str, Json] = {
        "metadata": _metadata(event_id, written(order.placed_at), cause),
        "data": {
            "order_id": order.id,
            "customer_id": order.customer,
            "lines": [_line(line) for line in order.lines],
            "total": _money(order.total),
            "placed_at": written(order.placed_at),
        },
    }
    return Event(event_id, "OrderPlaced", detail)


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


def _metadata(event_id: str, occurred_at: str, cause: Cause) -> Json:
    metadata: dict[str, Json] = {
        "event_id": event_id,
        "occurred_at": occurred_at,
        "correlation_id": cause.correlation_id,
        "causation_id": cause.causation_id,
        "schema_version": SCHEMA_VERSION,
    }
    return metadata if cause.traceparent is None else {**metadata, "traceparent": cause.traceparent}


def _line(line: OrderLine) -> Json:
    return {"sku": line.sku, "quantity": line.quantity, "unit_price": _money(line.unit_price)}


def _money(money: Money) -> Json:
    return {"amount": money.amount, "currency": money.currency}
