"""Times that are good only together: each of them has to end before another one does, or somebody waits in vain.

Whoever changes one of them on purpose finds here what it was held against, and who is let down if it no longer holds.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest
from botocore.config import Config
from botocore.session import get_session
from botocore.stub import Stubber

from api.adapters import aws, idempotency, items
from api.adapters.invoice_archive import S3InvoiceArchive
from api.domain import batches, cashier, checkout, circuit, importing, mailing, webhook
from api.handlers import importer
from pipeline.cloud.service import functions, identity
from pipeline.cloud.service.work_queue import VISIBILITY_IN_TIMEOUTS
from pipeline.cloud.service.workers import WORKERS, Worker
from pipeline.plan.delivery import DELIVERY

GATEWAY_SECONDS: Final = 29.0
"""API Gateway's quotas, "Integration timeout"."""
COGNITO_SECONDS: Final = 5.0
"""Cognito developer guide, "Customizing user pool workflows with Lambda triggers": it waits no longer."""
SDK_PAUSE_SECONDS: Final = 1.0
"""Between two attempts at most, before the second one (botocore's standard mode: a part of 2^n seconds)."""

UNITS_OF_A_PRODUCT: Final = 10
"""Write units for a product that an import adds or changes: its item, its stock and its event, each of them twice as it
is a transaction, and once more in the index."""

TABLE_UNITS: Final = min(stage.settings.most_table_units for stage in DELIVERY.stages)

DAY: Final = 24 * 60 * 60.0


def seconds(time: timedelta | float) -> float:
    return time.total_seconds() if isinstance(time, timedelta) else float(time)


def longest(client: Config) -> float:
    """Seconds that a call of that client takes at most, without the pauses between its attempts."""
    told: Any = client
    return float(told.retries["total_max_attempts"] * (told.connect_timeout + told.read_timeout))


def hidden(worker: Worker) -> int:
    """Seconds after which a message of a worker that died comes again."""
    return VISIBILITY_IN_TIMEOUTS * worker.timeout_seconds


def until_dead(worker: Worker) -> int:
    """Seconds that a message whose worker dies each time comes again, before it is a dead letter."""
    return hidden(worker) * (worker.receives - 1)


def units_per_second() -> float:
    """What one import asks of the table while it is at work."""
    return batches.PRODUCTS * UNITS_OF_A_PRODUCT / importer.REST_SECONDS


@dataclass(frozen=True, slots=True)
class Two:
    """Two numbers, mostly times, and what is promised by their being as they are to each other."""

    promise: str
    first: timedelta | float
    second: timedelta | float


MAIL, IMPORTER = (next(each for each in WORKERS if each.name == name) for name in ("mail", "importer"))

BEFORE: Final = (
    # Turns: whoever died keeps the place of nobody for good, and who is at work is not overtaken.
    Two("the turn at a letter is longer than its worker can be at it", MAIL.timeout_seconds, mailing.TURN),
    Two("the turn at a letter is over when its message comes again", mailing.TURN, hidden(MAIL)),
    Two("the turn at a letter is over before its message is a dead letter", mailing.TURN, until_dead(MAIL)),
    Two("who is at an import is taken to be for as long as it may take", IMPORTER.timeout_seconds, importing.AT_WORK),
    Two("a dead importer's work is taken over when its message comes again", importing.AT_WORK, hidden(IMPORTER)),
    Two("a probe of the provider is waited for while it may be answered", cashier.PATIENCE, circuit.LONGEST_PROBE),
    # Time-outs: each ends before that of whoever waits for it.
    Two("a function ends before the gateway has given up", functions.TIMEOUT_SECONDS, GATEWAY_SECONDS),
    Two("all attempts of one call of AWS end before the function", longest(aws.PATIENCE), functions.TIMEOUT_SECONDS),
    Two(
        "what the user pool asks for has failed, and somebody is let in, before the pool has given up",
        longest(aws.HURRY) + SDK_PAUSE_SECONDS,
        min(COGNITO_SECONDS, identity.TIMEOUT_SECONDS),
    ),
    Two(
        "a customer who pays is answered before the function ends, even if the provider never answers",
        cashier.PATIENCE + cashier.KEPT_BACK,
        functions.TIMEOUT_SECONDS,
    ),
    Two("an import that gives up has time to keep how far it is", importing.PATIENCE, IMPORTER.timeout_seconds - 10),
    # What is remembered: for longer than it may be asked for again.
    Two("that a request has placed an order is known after its key", idempotency.KEPT_SECONDS, items.RECEIPT_LIFETIME),
    # Second chances come before the end.
    Two("a forgotten payment is asked for again before its order ends", 2 * checkout.FORGOTTEN, checkout.OVERDUE),
    Two("a provider that rested is tried again before orders end", circuit.REST + checkout.FORGOTTEN, checkout.OVERDUE),
)
"""The first of the two ends before the second does."""

AT_MOST: Final = (
    Two("what the user pool asks for is answered or fails within three seconds", longest(aws.HURRY), 3),
    Two("the function of the user pool may take as long as the pool waits", identity.TIMEOUT_SECONDS, COGNITO_SECONDS),
    # Rests: what works in the background leaves the most to those who wait.
    Two("an import takes a quarter of what the table gives", units_per_second(), TABLE_UNITS / 4),
    Two(
        "all imports at once leave half of what the table gives",
        units_per_second() * IMPORTER.most_at_once,
        TABLE_UNITS / 2,
    ),
    Two(
        "the rests of an import leave half of its time to the batches",
        importing.BATCHES * importer.REST_SECONDS,
        importing.PATIENCE / 2,
    ),
)
"""The first of the two is no more than the second."""


def promise(two: Two) -> str:
    return two.promise


@pytest.mark.parametrize("two", BEFORE, ids=promise)
def test_of_two_promised_times_the_first_ends_before_the_second(two: Two) -> None:
    assert seconds(two.first) < seconds(two.second)


@pytest.mark.parametrize("two", AT_MOST, ids=promise)
def test_of_two_promised_numbers_the_first_is_no_more_than_the_second(two: Two) -> None:
    assert seconds(two.first) <= seconds(two.second)


PROMISED: Final[dict[str, tuple[timedelta | float, float]]] = {
    "an idempotency key is good for 24 hours": (idempotency.KEPT_SECONDS, DAY),
    "an order that nobody pays for is cancelled after half an hour": (checkout.OVERDUE, 30 * 60),
    "what the provider told is not believed after five minutes": (webhook.WINDOW, 5 * 60),
}
"""What contracts/openapi.yaml says in words, in seconds."""


@pytest.mark.parametrize("promise", PROMISED)
def test_a_time_that_is_promised_by_the_contract_is_kept_as_it_is_said(promise: str) -> None:
    kept, said = PROMISED[promise]
    assert seconds(kept) == said


def test_a_batch_of_letters_is_through_before_its_worker_is_cut_off_even_if_ses_never_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setattr(aws, "session", get_session)  # not the one that other tests go on with
    client: Any = aws.ses.__wrapped__()
    assert MAIL.batch * longest(client.meta.config) < MAIL.timeout_seconds


def test_the_address_of_an_invoice_opens_it_for_the_minute_that_is_promised() -> None:
    client: Any = get_session().create_client(
        "s3",
        region_name="eu-west-1",
        aws_access_key_id="somebody",
        aws_secret_access_key="something",
        config=aws.SIGNING,
    )
    with Stubber(client) as stubbed:
        stubbed.add_response("head_object", {})
        address = S3InvoiceArchive(client, "invoices").address("01JDA7C0R00000000000000001")
    assert address is not None
    assert "&X-Amz-Expires=60&" in address
