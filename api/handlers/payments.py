"""The worker `payments`: asks the payment provider for what it has left to answer, and cancels what nobody paid for.

What it may do in AWS is listed in api/needs.py.
"""

from typing import Final

from api.adapters import sources
from api.domain import backoff
from api.domain.cashier import PATIENCE
from api.domain.checkout import Checkout
from api.domain.events import Cause, order_of
from api.handlers import logs, paying
from api.handlers.paying import checkout
from api.handlers.worker import Message, Worker

SWEEP: Final = "PaymentsSweepDue"
"""What the schedule sends (pipeline.cloud.service.sweeper)."""


class NotSettled(Exception):
    """The provider has not answered; the message comes again by itself."""


def _settle(message: Message, checkout: Checkout) -> bool:
    if not checkout.work_off(order_of(message.event), message.event.cause, PATIENCE):
        paying.payment_work().again(message.receipt, backoff.seconds(message.attempt, paying.draw))
        raise NotSettled
    return True


def _sweep(message: Message, checkout: Checkout) -> bool:
    cause = Cause(sources.new_id(), message.event.id)  # a schedule's ids are shorter than ours
    logs.note("swept", unsettled=checkout.sweep(cause))
    return True


handler = Worker({"PaymentUnsettled": _settle, SWEEP: _sweep}, checkout)
"""What Lambda calls with (event, context)."""
