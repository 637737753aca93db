"""Paying for orders through the function `orders` and the worker `payments`, with a provider that is really asked."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from api.adapters import aws, sources
from api.adapters.sources import new_id
from api.domain.cashier import KEPT_BACK, Cashier
from api.domain.checkout import FORGOTTEN, OVERDUE
from api.domain.circuit import FAILURES_TO_OPEN
from api.domain.events import Cause
from api.domain.payment import Unavailable
from api.handlers import paying, settings
from pipeline.cloud.service.workers import WORKERS
from tests.support.dynamodb import CIRCUIT_TABLE, new_sku
from tests.support.http_api import Reply, call
from tests.support.messages import deliver, record
from tests.support.payment_provider.book import DECLINED, RECOVERS, Fault
from tests.support.payment_provider.service import Provider
from tests.support.tokens import ANN, BEN
from tests.unit.api.handlers.helpers import SWEEP, available, lines, new_product, place, told_of, unsettled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]


@pytest.fixture(autouse=True)
def _fresh_circuit(stage: "DynamoDBClient") -> Iterator[None]:
    """No trouble of another test's."""
    yield
    stage.delete_item(TableName=CIRCUIT_TABLE, Key={"id": {"S": paying.PROVIDER}})


@pytest.fixture
def mailbox() -> "Mailbox":
    return Mailbox()


class Mailbox:
    """The queue of the payment worker."""

    def __init__(self) -> None:
        self._client: Any = boto3.client("sqs")
        self._url = settings.checkout_settings().queue_url
        self.lose()

    def lose(self) -> None:
        """All that waits in it."""
        self._client.purge_queue(QueueUrl=self._url)

    def waiting(self) -> int:
        """How many messages wait, those that wait for their time included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
        counts = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)["Attributes"]
        return sum(int(counts[name]) for name in names)


def priced(amount: int, stock: int = 5) -> str:
    return new_product(stock, price={"amount": amount, "currency": "EUR"})


def pay(order_id: str, key: str | None = None) -> Reply:
    return call("POST", f"/v1/orders/{order_id}/payments", ANN, key=key or new_sku())


def read(order_id: str) -> dict[str, Any]:
    body: dict[str, Any] = call("GET", f"/v1/orders/{order_id}", ANN).body
    return body


def test_an_order_comes_with_its_authorised_payment() -> None:
    placed = place((new_product(5), 2))
    payment = placed.body["payment"]
    assert (placed.status, payment["status"], payment["amount"]) == (201, "AUTHORISED", placed.body["total"])
    path = f"/v1/orders/{placed.body['id']}/payments/{payment['id']}"
    found = call("GET", path, ANN)
    assert (found.status, found.body) == (200, payment)
    assert call("GET", path, ANN, headers={"If-None-Match": found.headers["ETag"]}).status == 304
    assert call("GET", path, BEN).problem == call("GET", path[:-26] + new_id(), ANN).problem == "not-found"


def test_an_order_that_is_declined_holds_no_stock_and_stays_declined(stage: "DynamoDBClient") -> None:
    sku = priced(DECLINED)
    replies = [call("POST", "/v1/orders", ANN, key="declined-once", json_body=lines((sku, 1))) for _ in range(2)]
    assert [(reply.status, reply.problem) for reply in replies] == [(402, "payment-declined")] * 2
    assert {reply.body["instance"] for reply in replies} == {"/beta/v1/orders"}
    assert replies[0].body == replies[1].body
    assert [reply.headers.get("Idempotent-Replayed") for reply in replies] == [None, "true"]
    assert available(sku) == 5
    (order,) = [item for item in call("GET", "/v1/orders", ANN).body["items"] if item["total"]["amount"] == DECLINED]
    assert order["status"] == "PAYMENT_FAILED"
    assert set(told_of(stage, order["id"])) == {"OrderPlaced", "PaymentFailed", "OrderCancelled"}
    assert call("POST", f"/v1/orders/{order['id']}/cancellation", ANN).problem == "order-cancelled"
    assert pay(order["id"]).problem == "nothing-to-pay"


def test_an_order_of_which_the_provider_says_nothing_waits_and_is_paid_later(
    provider: Provider, mailbox: Mailbox, stage: "DynamoDBClient"
) -> None:
    provider.suffer(Fault.ERROR)
    sku = new_product(5)
    placed = call("POST", "/v1/orders", ANN, key="waits-for-it", json_body=lines((sku, 1)))
    assert (placed.status, placed.body["status"], placed.headers["Retry-After"]) == (202, "PAYMENT_PENDING", "20")
    again = call("POST", "/v1/orders", ANN, key="waits-for-it", json_body=lines((sku, 1)))
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (202, placed.body, "true")
    assert (available(sku), mailbox.waiting()) == (4, 1)
    order_id = placed.body["id"]
    assert deliver("payments", unsettled(order_id)) == [order_id]
    provider.suffer(Fault.NONE)
    assert deliver("payments", unsettled(order_id)) == []
    assert read(order_id)["status"] == "CONFIRMED"
    assert deliver("payments", unsettled(order_id)) == []
    assert set(told_of(stage, order_id)) == {"OrderPlaced", "PaymentAuthorised", "OrderConfirmed"}


def test_a_provider_that_recovers_within_the_worker_confirms_the_order() -> None:
    placed = place((priced(RECOVERS), 1))
    assert placed.status == 202
    assert deliver("payments", unsettled(placed.body["id"])) == []
    assert read(placed.body["id"])["payment"]["status"] == "AUTHORISED"


def test_a_customer_asks_again_and_gets_what_the_provider_says_now(provider: Provider) -> None:
    provider.suffer(Fault.DROP)
    order_id = place((new_product(5), 1)).body["id"]
    waiting = pay(order_id)
    assert (waiting.status, waiting.body["status"], waiting.headers["Retry-After"]) == (202, "PENDING", "20")
    provider.suffer(Fault.NONE)
    paid = pay(order_id, "asked-again-1")
    assert (paid.status, paid.body["status"]) == (201, "AUTHORISED")
    assert paid.headers["Location"] == f"/beta/v1/orders/{order_id}/payments/{paid.body['id']}"
    assert pay(order_id, "asked-again-1").headers["Idempotent-Replayed"] == "true"
    assert pay(order_id).problem == "nothing-to-pay"
    assert call("POST", f"/v1/orders/{order_id}/payments", BEN, key=new_sku()).problem == "not-found"


def test_with_the_circuit_open_nobody_is_asked_and_orders_are_taken_all_the_same(
    provider: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    provider.suffer(Fault.ERROR)
    sku = new_product(20)
    for _ in range(FAILURES_TO_OPEN):
        assert place((sku, 1)).status == 202
    assert '"CircuitOpened":1' in capsys.readouterr().out
    provider.suffer(Fault.NONE)
    made = sum(provider.book.asked.values())
    placed = place((sku, 1))
    assert (placed.status, placed.body["status"]) == (202, "PAYMENT_PENDING")
    waiting = pay(placed.body["id"])
    assert (waiting.status, waiting.body["status"], waiting.headers["Retry-After"]) == (202, "PENDING", "20")
    assert sum(provider.book.asked.values()) == made


def test_a_slow_provider_does_not_keep_the_customer_waiting(
    provider: Provider, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paying, "patience", lambda _: 0.6)
    provider.suffer(Fault.SLOW, seconds=30.0)
    assert place((new_product(5), 1)).status == 202
    assert '"PaymentProviderTimeout":1' in capsys.readouterr().out


def test_a_cancelled_order_is_voided_at_the_provider(provider: Provider, mailbox: Mailbox) -> None:
    placed = place((new_product(5), 1))
    order_id, payment_id = placed.body["id"], placed.body["payment"]["id"]
    cancelled = call("POST", f"/v1/orders/{order_id}/cancellation", ANN)
    assert (cancelled.status, cancelled.body["payment"]["status"], mailbox.waiting()) == (200, "VOIDING", 1)
    assert deliver("payments", unsettled(order_id)) == []
    assert payment_id in provider.book.voided
    assert read(order_id)["payment"]["status"] == "VOIDED"
    assert read(order_id)["status"] == "CANCELLED"


def test_a_waiting_order_can_be_cancelled_and_is_never_charged(provider: Provider) -> None:
    provider.suffer(Fault.ERROR)
    sku = new_product(5)
    placed = place((sku, 2))
    assert call("POST", f"/v1/orders/{placed.body['id']}/cancellation", ANN).status == 200
    assert available(sku) == 5
    provider.suffer(Fault.NONE)
    assert deliver("payments", unsettled(placed.body["id"])) == []
    assert placed.body["payment"]["id"] in provider.book.voided
    assert placed.body["payment"]["id"] not in provider.book.answers


def test_the_sweeper_cancels_what_nobody_paid_for_in_half_an_hour(
    provider: Provider, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.suffer(Fault.ERROR)
    sku = new_product(5)
    overdue = place((sku, 2)).body["id"]
    provider.suffer(Fault.NONE)
    paid = place((sku, 1)).body["id"]
    later = sources.now() + OVERDUE + timedelta(seconds=1)
    paying.checkout.cache_clear()
    monkeypatch.setattr(sources, "now", lambda: later)
    waiting = mailbox.waiting()
    assert deliver("payments", record(SWEEP)) == []
    paying.checkout.cache_clear()
    assert mailbox.waiting() > waiting
    assert (read(overdue)["status"], read(paid)["status"], available(sku)) == ("CANCELLED", "CONFIRMED", 4)


def test_the_sweeper_has_the_money_of_a_cancelled_order_given_back_though_nobody_was_told(
    provider: Provider, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = place((new_product(5), 1)).body["id"]
    assert call("POST", f"/v1/orders/{order_id}/cancellation", ANN).body["payment"]["status"] == "VOIDING"
    mailbox.lose()
    later = sources.now() + FORGOTTEN + timedelta(seconds=1)
    paying.checkout.cache_clear()
    monkeypatch.setattr(sources, "now", lambda: later)
    assert deliver("payments", record(SWEEP)) == []
    forgotten = mailbox.waiting()  # other tests leave orders, too
    assert deliver("payments", unsettled(order_id)) == []
    assert read(order_id)["payment"]["id"] in provider.book.voided
    mailbox.lose()
    assert deliver("payments", record(SWEEP)) == []
    assert mailbox.waiting() == forgotten - 1
    paying.checkout.cache_clear()


def test_many_workers_at_once_settle_an_order_once(stage: "DynamoDBClient") -> None:
    order_id = place((priced(RECOVERS), 1)).body["id"]
    with ThreadPoolExecutor(6) as crowd:
        checkout, cause = paying.checkout(), Cause(new_id(), "a-request")
        done = list(crowd.map(lambda _: checkout.work_off(order_id, cause, 3.0), range(6)))
    assert any(done)
    order = read(order_id)
    assert (order["status"], order["payment"]["status"]) == ("CONFIRMED", "AUTHORISED")
    assert [kind for kind in told_of(stage, order_id) if kind == "OrderConfirmed"] == ["OrderConfirmed"]


def test_a_batch_is_through_before_its_worker_is_cut_off_even_if_the_provider_never_answers(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that is cut off leaves the whole batch to come again, until all of it is dead letters."""
    (worker,) = (each for each in WORKERS if each.name == "payments")
    waited: list[float] = []

    def silent(*asked: Any) -> Unavailable:
        waited.append(asked[-1])
        return Unavailable(timed_out=True)

    provider.suffer(Fault.ERROR)
    sku = new_product(worker.batch)
    orders = [place((sku, 1)).body["id"] for _ in range(worker.batch)]
    assert call("POST", f"/v1/orders/{orders[0]}/cancellation", ANN).status == 200
    for asked in ("authorise", "void"):
        monkeypatch.setattr(Cashier, asked, silent)
    assert deliver("payments", *map(unsettled, orders)) == orders
    assert len(waited) == worker.batch
    assert sum(waited) + worker.batch * KEPT_BACK < worker.timeout_seconds


def test_a_message_about_no_order_is_left_to_the_dead_letters() -> None:
    assert deliver("payments", unsettled("nobody's")) == ["nobody's"]


def test_a_queue_that_cannot_be_reached_costs_nobody_an_order(
    provider: Provider, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    provider.suffer(Fault.ERROR)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9")
    aws.sqs.cache_clear()
    assert place((new_product(5), 1)).status == 202
    aws.sqs.cache_clear()
    assert '"PaymentWorkLost":1' in capsys.readouterr().out
