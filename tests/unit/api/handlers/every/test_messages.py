"""What workers are told: done once however often it comes, at any time, and nothing of it or of our keys in a log.

Queues deliver at least once (SQS developer guide, "At-least-once delivery").
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import pytest
import time_machine

from api.adapters.sources import new_id
from api.domain.events import Event
from api.domain.model import Notice, Occasion
from tests.support.dynamodb import TABLE
from tests.support.http_api import call
from tests.support.messages import deliver, envelope, record, taken
from tests.support.payment_provider.webhook import signed
from tests.support.tokens import MARKER, User
from tests.unit.api.handlers.every.good import MERGE, good
from tests.unit.api.handlers.every.kept import outlasting
from tests.unit.api.handlers.every.wire import Wire
from tests.unit.api.handlers.helpers import told_of, unsettled
from tests.unit.api.handlers.test_mail import published

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator

type Message = Mapping[str, Any]

PROVIDER_KEY: Final = "k" * 64
"""The provider's key in this stage (tests.support.dynamodb), and the one that signs cursors."""
NAME, PHONE, MAILBOX = "Zelda Markerson", "+467077770077", "markermail.example"
SECRETS: Final = (PROVIDER_KEY, NAME, PHONE, MAILBOX, MARKER, "Bearer ")


def of_order(kind: str, store: "DynamoDBClient") -> Message:
    """The message that tells of what has happened to a new order."""
    asked = good("getOrder")
    detail = told_of(store, asked.about)[kind]
    return record(envelope(Event(detail["metadata"]["event_id"], kind, detail)))


def notice(_: "DynamoDBClient") -> Message:
    """The message that a customer is to be written to."""
    user = User(f"mailed-{new_id()}")
    told = {"name": NAME, "email": f"{new_id().lower()}@{MAILBOX}", "phone": PHONE}
    assert call("PATCH", "/v1/customers/me", user, headers=MERGE, json_body=told).status == 200
    return record(published(Notice(new_id(), Occasion.ORDER_PLACED, user.subject, new_id(), new_id())))


def news(_: "DynamoDBClient") -> Message:
    """The message that the payment provider has decided."""
    asked = good("payOrder")
    payment = call("GET", f"/v1/orders/{asked.about}", asked.user).body["payment"]["id"]
    told = {"id": f"evt-{payment}", "type": "payment.authorised", "payment_id": payment, "reference": f"PSP-{payment}"}
    body = json.dumps(told)
    signature = signed(PROVIDER_KEY.encode(), body.encode(), int(time.time()))["X-Provider-Signature"]
    return taken(body, signature, time.time())


def voided(_: "DynamoDBClient") -> Message:
    """The message that a cancelled order's payment is to be given back."""
    asked = good("cancelOrder")
    assert asked.send().status == 200
    return unsettled(asked.about)


MESSAGES: Final[Mapping[str, Callable[["DynamoDBClient"], Message]]] = {
    "fulfilment": lambda store: of_order("OrderConfirmed", store),
    "invoices": lambda store: of_order("OrderConfirmed", store),
    "notifier": lambda store: of_order("OrderPlaced", store),
    "mail": notice,
    "payments": voided,
    "webhooks": news,
}
"""A good message for each worker but those that wait for files: their tests send files, too."""


@pytest.fixture(params=["2040-02-29T23:59:58+00:00", "2100-11-07T04:29:58+00:00"], ids=["2040", "2100"])
def moment(request: pytest.FixtureRequest) -> Iterator[datetime]:
    """It is that moment."""
    moment = datetime.fromisoformat(request.param)
    with time_machine.travel(moment, tick=True):
        yield moment


def effects(stage: "DynamoDBClient", wire: Wire, send: Callable[[], object]) -> tuple[int, list[str]]:
    """How many items the table has more after it, and what other services were told, unless they have heard it."""
    before = stage.describe_table(TableName=TABLE)["Table"]["ItemCount"]
    wire.clear()
    send()
    sent = [call for call in wire.sent if call.writes and "IfNoneMatch" not in call.params]
    told = [call.name for call in sent if not call.name.startswith(("dynamodb.", "kms."))]
    return stage.describe_table(TableName=TABLE)["Table"]["ItemCount"] - before, told


@pytest.mark.parametrize("worker", MESSAGES)
def test_what_comes_again_is_not_done_again(stage: "DynamoDBClient", wire: Wire, moment: datetime, worker: str) -> None:
    assert moment
    message = MESSAGES[worker](stage)
    failed: list[str] = []
    first = effects(stage, wire, lambda: failed.extend(deliver(worker, message)))
    assert failed == []
    assert first[0] or worker == "payments"  # which changes what there is
    again = {**message, "messageId": new_id()}
    assert effects(stage, wire, lambda: failed.extend(deliver(worker, message, again))) == (0, [])
    assert failed == []
    assert outlasting(stage) == {}


@pytest.mark.parametrize("worker", MESSAGES)
def test_nothing_of_a_message_or_a_key_is_logged(
    stage: "DynamoDBClient", wire: Wire, capfd: pytest.CaptureFixture[str], worker: str
) -> None:
    assert wire
    message = MESSAGES[worker](stage)
    capfd.readouterr()
    assert deliver(worker, message) == []
    out, err = capfd.readouterr()
    assert '"handled"' in out
    assert [secret for secret in SECRETS if secret.casefold() in (out + err).casefold()] == []
