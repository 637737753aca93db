"""Events: what others may rely on having happened. Their form is promised in contracts/events/."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.domain.instants import written
from api.domain.model import Order, OrderLine
from api.domain.money import Money
from api.domain.owner import Owner, OwnerKind

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
            **_owner(order.owner),
            "lines": [_line(line) for line in order.lines],
            "total": _money(order.total),
            "placed_at": written(order.placed_at),
        },
    }
    return Event(event_id, "OrderPlaced", detail)


def _owner(owner: Owner) -> dict[str, Json]:
    """`customer_id` is promised of every order; that of a partner says so besides."""
    named: dict[str, Json] = {"customer_id": owner.id}
    return named if owner.kind is OwnerKind.CUSTOMER else {**named, "partner_id": owner.id}


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
