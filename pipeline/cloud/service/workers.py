"""The workers of the service, as data: functions that work off queues, and what each takes from the event bus.

What each may do at AWS is declared where it is used, in `api.needs`. A worker is not behind CodeDeploy: a canary judges
by how many requests fail, and a message that fails comes again, to any version. Its alias moves at once; what a version
can't handle waits in the dead letters and is sent back from there.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Worker:
    """One queue and the function that works it off, both called `name`.

    `kinds` are the detail types that a rule sends from the event bus to the queue; none if functions, the gateway,
    S3 or a topic write to the queue themselves. `memory` is in MB; `batch` is how many messages an invocation gets at
    most, all of them to be handled within `timeout_seconds`; `most_at_once` bounds the invocations at the same time
    (Lambda allows 2 to 1,000). After `receives` deliveries that were not confirmed a message moves to the dead letters.
    `goes_on` says that it sends messages to its own queue as long as there is more to do: Lambda would stop that after
    sixteen (Lambda developer guide, "Use Lambda recursive loop detection"). Each must have got further than the last.
    """

    name: str
    kinds: tuple[str, ...]
    memory: int
    timeout_seconds: int
    batch: int
    most_at_once: int
    receives: int = 5
    goes_on: bool = False


WORKERS = (
    Worker(
        "fulfilment",
        kinds=("OrderConfirmed",),
        memory=512,
        timeout_seconds=30,
        batch=10,
        most_at_once=5,
    ),
    Worker(
        "importer",
        kinds=(),
        memory=512,
        timeout_seconds=60,
        batch=1,
        most_at_once=2,
        goes_on=True,
    ),
    Worker(
        "invoices",
        kinds=("OrderConfirmed",),
        memory=512,
        timeout_seconds=30,
        batch=10,
        most_at_once=2,  # all of them count on in the one series of a year
    ),
    Worker(
        "mail",
        kinds=(),
        memory=512,
        timeout_seconds=60,  # a batch, each letter of which SES may take its time for
        batch=5,
        most_at_once=2,
    ),
    Worker(
        "notifier",
        kinds=("OrderPlaced", "OrderCancelled", "ShipmentDispatched", "ShipmentDelivered", "CustomerRegistered"),
        memory=512,
        timeout_seconds=30,
        batch=10,
        most_at_once=5,
    ),
    Worker(
        "payments",
        kinds=(),
        memory=512,
        timeout_seconds=30,
        batch=5,
        most_at_once=5,
    ),
    Worker(
        "photographs",
        kinds=(),
        memory=512,
        timeout_seconds=30,
        batch=5,
        most_at_once=5,
    ),
    Worker(
        "webhooks",
        kinds=(),
        memory=512,
        timeout_seconds=30,
        batch=10,
        most_at_once=5,
    ),
)
