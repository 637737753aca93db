"""What the functions that take payments work on, put together on first use; and how long they may take for it."""

import random
import time
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from api.adapters import aws, metrics, sources
from api.adapters.circuits import DynamoCircuits
from api.adapters.orders import DynamoOrders
from api.adapters.payment_provider import HttpPaymentProvider
from api.adapters.payment_work import QueuedPaymentWork
from api.adapters.secret import Secret
from api.domain import cashier
from api.domain.attempts import Pacing
from api.domain.breaker import Breaker
from api.domain.cashier import Cashier
from api.domain.checkout import Checkout
from api.handlers.settings import checkout_settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

PROVIDER: Final = "payment-provider"


@cache
def payment_work() -> QueuedPaymentWork:
    """This environment's queue of payments to see to."""
    told = checkout_settings()
    count = partial(metrics.happened, stage=told.stage)
    return QueuedPaymentWork(aws.sqs, told.queue_url, sources.now, sources.new_id, count)


def draw(most: float) -> float:
    """A random number between 0 and `most`."""
    return random.uniform(0, most)  # noqa: S311 - spreads load, guards nothing


@cache
def checkout() -> Checkout:
    """This environment's checkout."""
    told = checkout_settings()
    client = aws.dynamodb()
    count = partial(metrics.happened, stage=told.stage)
    circuits = DynamoCircuits(client, told.circuit_table, PROVIDER, sources.now)
    return Checkout(
        orders=DynamoOrders(client, told.table),
        cashier=Cashier(
            HttpPaymentProvider(told.provider_url, Secret(told.provider_key).value),
            Breaker(circuits, sources.now, lambda: count("CircuitOpened")),
            Pacing(time.monotonic, time.sleep, draw),
            count,
        ),
        work=payment_work(),
        clock=sources.now,
        new_id=sources.new_id,
    )


def patience(context: "LambdaContext") -> float:
    """Seconds that the provider may take in this invocation."""
    return cashier.patience(context.get_remaining_time_in_millis() / 1000)
