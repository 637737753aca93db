"""One event of every kind that there is, as the code makes them."""

from api.domain import rules, settling, shipping
from api.domain.carriers import NORTHWAY
from api.domain.events import (
    Cause,
    Event,
    customer_erased,
    customer_registered,
    order_cancelled,
    order_confirmed,
    order_placed,
    payment_authorised,
    payment_failed,
    product_changed,
    shipment_delivered,
    shipment_dispatched,
    shipment_requested,
    stock_low,
)
from api.domain.model import Stock
from tests.unit.api.domain.examples import EVENT_ID, LATER, NOON, ORDER_ID, PAYMENT_ID, order, product
from tests.unit.api.domain.parcels import delivered


def of_orders(cause: Cause) -> dict[str, Event]:
    """One event of every kind that tells of an order."""
    cancelled = order_cancelled(rules.cancel(order(), LATER), "customer", EVENT_ID, cause)
    parcel = shipping.requested(ORDER_ID, NORTHWAY, NOON)
    shipment = shipment_requested(ORDER_ID, parcel, cancelled.data["lines"], EVENT_ID, cause)
    move = delivered(order())
    paid = settling.authorised(settling.asked(order(), PAYMENT_ID), "PSP-1", LATER)
    told = (
        order_placed(order(), EVENT_ID, cause),
        order_confirmed(paid, EVENT_ID, cause),
        payment_authorised(paid, EVENT_ID, cause),
        payment_failed(paid, EVENT_ID, cause),
        cancelled,
        shipment,
        shipment_dispatched(move.order, move.shipment, EVENT_ID, cause),
        shipment_delivered(move.order, move.shipment, EVENT_ID, cause),
    )
    return {event.kind: event for event in told}


def made(cause: Cause) -> dict[str, Event]:
    """One event of every kind that there is."""
    of_products = (
        product_changed(product(), EVENT_ID, cause),
        stock_low(Stock("TEA-100", 9, 3), EVENT_ID, NOON, cause),
    )
    of_customers = (make("ann", NOON, EVENT_ID, cause) for make in (customer_registered, customer_erased))
    return {**of_orders(cause), **{event.kind: event for event in (*of_products, *of_customers)}}
