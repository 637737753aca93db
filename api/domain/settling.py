"""How an order and its payment move together. Pure: what the provider said and the time are passed in."""

from dataclasses import replace
from datetime import datetime

from api.domain.errors import NothingToPay, PaymentMissing
from api.domain.model import Order, OrderStatus
from api.domain.payment import UNSETTLED, Payment, PaymentStatus


def asked(order: Order, payment_id: str) -> Order:
    """The order with a payment for its total, of which the provider has not heard yet."""
    payment = Payment(
        payment_id,
        order.total,
        PaymentStatus.PENDING,
        None,
        version=1,
        created_at=order.placed_at,
        updated_at=order.placed_at,
    )
    return replace(order, status=OrderStatus.PAYMENT_PENDING, payment=payment)


def payment(order: Order, payment_id: str) -> Payment:
    """The order's payment of that id. Raises PaymentMissing."""
    if order.payment is None or order.payment.id != payment_id:
        raise PaymentMissing
    return order.payment


def pending(order: Order) -> Payment:
    """The payment that an order waits for. Raises NothingToPay if it waits for none."""
    if order.status is not OrderStatus.PAYMENT_PENDING or order.payment is None:
        raise NothingToPay(order.id)
    return order.payment


def voiding(order: Order) -> Payment:
    """The payment of a cancelled order that is to be voided. Raises NothingToPay if none is.

    It may still be PENDING: a version that knows no payments cancels an order alone.
    """
    if order.status is not OrderStatus.CANCELLED or order.payment is None or order.payment.status not in UNSETTLED:
        raise NothingToPay(order.id)
    return order.payment


def authorised(order: Order, reference: str, now: datetime) -> Order:
    """Confirmed, as it is paid for. Raises NothingToPay."""
    paid = _moved(pending(order), PaymentStatus.AUTHORISED, now)
    return _changed(order, OrderStatus.CONFIRMED, replace(paid, reference=reference), now)


def declined(order: Order, now: datetime) -> Order:
    """Failed, as it can't be paid for. Raises NothingToPay."""
    return _changed(order, OrderStatus.PAYMENT_FAILED, _moved(pending(order), PaymentStatus.DECLINED, now), now)


def released(payment: Payment | None, now: datetime) -> Payment | None:
    """The payment of an order that is cancelled: what the provider holds, or may yet hold, has to be voided."""
    if payment is None or payment.status not in (PaymentStatus.PENDING, PaymentStatus.AUTHORISED):
        return payment
    return _moved(payment, PaymentStatus.VOIDING, now)


def voided(order: Order, now: datetime) -> Order:
    """The order whose payment was to be voided, now that it is. Raises NothingToPay if it was not to be."""
    return _changed(order, order.status, _moved(voiding(order), PaymentStatus.VOIDED, now), now)


def is_unsettled(order: Order) -> bool:
    """Whether the provider has something left to answer."""
    return order.payment is not None and order.payment.status in UNSETTLED


def gives_back(order: Order) -> bool:
    """Whether its last change has ended the order, so that it gives back the stock it held until then."""
    ended = order.status in (OrderStatus.CANCELLED, OrderStatus.PAYMENT_FAILED)
    return ended and (order.payment is None or order.payment.status is not PaymentStatus.VOIDED)


def _moved(payment: Payment, status: PaymentStatus, now: datetime) -> Payment:
    return replace(payment, status=status, version=payment.version + 1, updated_at=now)


def _changed(order: Order, status: OrderStatus, payment: Payment, now: datetime) -> Order:
    return replace(order, status=status, payment=payment, version=order.version + 1, updated_at=now)
