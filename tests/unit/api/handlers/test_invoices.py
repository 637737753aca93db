"""The worker `invoices` and GET /v1/orders/{id}/invoice, with a bucket and a table that are really there."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import urllib3

from api.adapters import aws
from api.adapters.attributes import plain
from api.adapters.invoice_archive import LIFETIME_SECONDS
from api.adapters.sources import new_id
from api.domain.events import Event
from api.handlers import invoices, order_invoices
from api.needs import NEEDS
from tests.support.dynamodb import TABLE, new_sku
from tests.support.http_api import call
from tests.support.messages import deliver, envelope, record
from tests.support.payment_provider.book import UNDECIDED
from tests.support.tokens import ACME, ANN, BEN
from tests.unit.api.handlers.helpers import lines, new_product, place, told_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]

BUCKET = "invoices"


@pytest.fixture
def s3() -> "S3Client":
    return boto3.client("s3")


@pytest.fixture
def order_id() -> str:
    """A new order of Ann's, paid for."""
    return str(place((new_product(9, name="Tea <b>& mugs</b>"), 3)).body["id"])


def confirmed(stage: "DynamoDBClient", order_id: str) -> dict[str, Any]:
    """The message that tells of an order's confirmation."""
    detail = told_of(stage, order_id)["OrderConfirmed"]
    return record(envelope(Event(detail["metadata"]["event_id"], "OrderConfirmed", detail)))


def path(order_id: str) -> str:
    return f"/v1/orders/{order_id}/invoice"


def page(order_id: str) -> urllib3.BaseHTTPResponse:
    """The invoice, by the address that its owner is sent to."""
    reply = call("GET", path(order_id), ANN)
    assert (reply.status, reply.body, reply.headers["Cache-Control"]) == (303, None, "no-store")
    return urllib3.request("GET", reply.headers["Location"])


def place_in_series(order_id: str) -> int:
    found = re.search(r"<h1>Invoice [0-9]{4}-([0-9]{6})</h1>", page(order_id).data.decode())
    assert found is not None
    return int(found[1])


def test_a_paid_order_has_an_invoice_that_its_owner_fetches_without_a_token(
    stage: "DynamoDBClient", order_id: str
) -> None:
    assert deliver("invoices", confirmed(stage, order_id)) == []
    answer = page(order_id)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r'inline; filename="invoice-2[0-9]{3}-[0-9]{6}.html"', answer.headers["Content-Disposition"])
    text = answer.data.decode()
    assert order_id in text
    assert "26.70 EUR" in text
    assert "Tea &lt;b&gt;&amp; mugs&lt;/b&gt;" in text
    assert "Tea &amp; Mugs\n1 Example Street" in text
    assert ANN.subject not in text


def test_an_invoice_is_written_once(
    stage: "DynamoDBClient", s3: "S3Client", order_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    message = confirmed(stage, order_id)
    capsys.readouterr()
    assert deliver("invoices", message, message) == []
    first = s3.get_object(Bucket=BUCKET, Key=f"invoices/{order_id}.html")
    assert deliver("invoices", message) == []
    again = s3.get_object(Bucket=BUCKET, Key=f"invoices/{order_id}.html")
    assert (again["LastModified"], again["Body"].read()) == (first["LastModified"], first["Body"].read())
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["again"] for line in said if line.get("message") == "handled"] == [False, True, True]
    assert [line["InvoiceWritten"] for line in said if "InvoiceWritten" in line] == [1]


def test_numbers_follow_each_other_without_a_gap_however_many_are_written_at_once(stage: "DynamoDBClient") -> None:
    sku = new_product(50)
    orders = [str(place((sku, 1)).body["id"]) for _ in range(8)]
    messages = [confirmed(stage, order) for order in orders]
    with ThreadPoolExecutor(4) as crowd:
        failed = [each for found in crowd.map(lambda each: deliver("invoices", each), messages * 2) for each in found]
    if failed:  # who found others at the same count all the time comes again
        assert deliver("invoices", *messages) == []
    places = sorted(place_in_series(order) for order in orders)
    assert places == list(range(places[0], places[0] + len(orders)))


def test_a_number_whose_page_could_not_be_kept_gets_it_when_the_message_comes_again(
    stage: "DynamoDBClient", order_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = confirmed(stage, order_id)
    with monkeypatch.context() as patch:
        patch.setenv("INVOICES_BUCKET_NAME", "no-such-bucket")
        invoices.services.cache_clear()
        assert deliver("invoices", message) == [message["messageId"]]
    invoices.services.cache_clear()
    pending = call("GET", path(order_id), ANN)
    assert (pending.status, pending.problem, pending.headers["Retry-After"]) == (409, "invoice-pending", "5")
    assert call("POST", f"/v1/orders/{order_id}/cancellation", ANN).status == 200
    assert deliver("invoices", message) == []
    item = stage.get_item(TableName=TABLE, Key={"PK": {"S": f"ORD#{order_id}"}, "SK": {"S": "INVOICE"}})["Item"]
    assert place_in_series(order_id) == plain(item)["place"]


def test_an_order_that_was_cancelled_first_gets_no_invoice_and_no_number(
    stage: "DynamoDBClient", order_id: str
) -> None:
    message = confirmed(stage, order_id)
    assert call("POST", f"/v1/orders/{order_id}/cancellation", ANN).status == 200
    assert deliver("invoices", message) == []
    assert call("GET", path(order_id), ANN).problem == "no-invoice"
    assert "Item" not in stage.get_item(TableName=TABLE, Key={"PK": {"S": f"ORD#{order_id}"}, "SK": {"S": "INVOICE"}})


def test_an_order_that_is_cancelled_later_keeps_its_invoice(stage: "DynamoDBClient", order_id: str) -> None:
    assert deliver("invoices", confirmed(stage, order_id)) == []
    assert call("POST", f"/v1/orders/{order_id}/cancellation", ANN).status == 200
    assert page(order_id).status == 200


def test_an_order_that_is_not_paid_for_has_none() -> None:
    order = place((new_product(5, price={"amount": UNDECIDED, "currency": "EUR"}), 1))
    assert order.status == 202
    reply = call("GET", path(order.body["id"]), ANN)
    assert (reply.status, reply.problem) == (409, "no-invoice")
    assert "Retry-After" not in reply.headers


def test_nobody_elses_invoice_is_there(stage: "DynamoDBClient", order_id: str) -> None:
    assert deliver("invoices", confirmed(stage, order_id)) == []
    for user, asked in ((BEN, order_id), (ANN, new_id()), (ANN, "none")):
        reply = call("GET", path(asked), user)
        assert (reply.status, reply.problem) == (404, "not-found")


def test_partners_orders_are_invoiced_elsewhere(stage: "DynamoDBClient", s3: "S3Client") -> None:
    body = lines((new_product(5), 1))
    order = call("POST", "/partner/v1/orders", ACME, key=new_sku(), json_body=body).body["id"]
    assert deliver("invoices", confirmed(stage, order)) == []
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET, Prefix=f"invoices/{order}")


def test_an_order_that_nobody_knows_goes_to_the_dead_letters(stage: "DynamoDBClient", order_id: str) -> None:
    other = new_id()
    message = confirmed(stage, order_id)
    message["body"] = message["body"].replace(order_id, other)
    assert deliver("invoices", message) == [message["messageId"]]


def test_the_address_is_signed_for_a_minute_and_in_no_log(
    stage: "DynamoDBClient", order_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert deliver("invoices", confirmed(stage, order_id)) == []
    location = call("GET", path(order_id), ANN).headers["Location"]
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in location
    assert f"X-Amz-Expires={LIFETIME_SECONDS}&" in location
    said = capsys.readouterr().out
    assert "X-Amz-Signature" not in said
    assert ANN.subject not in said


@pytest.fixture
def asked(stage: "DynamoDBClient") -> Iterator[dict[str, list[str]]]:
    """What is asked of S3 and DynamoDB from now on."""
    assert stage
    found: dict[str, list[str]] = {"s3": [], "dynamodb": []}
    for made in (invoices.services, order_invoices.invoices):
        made.cache_clear()
    watched = {"s3": aws.s3(), "dynamodb": aws.dynamodb()}
    notes = {name: lambda model, of=name, **_: found[of].append(model.name) for name in watched}
    for name, client in watched.items():
        client.meta.events.register(f"provide-client-params.{name}.*", notes[name])
    yield found
    for name, client in watched.items():
        client.meta.events.unregister(f"provide-client-params.{name}.*", notes[name])


def test_a_worker_and_a_reader_need_just_what_they_say(
    stage: "DynamoDBClient", order_id: str, asked: dict[str, list[str]]
) -> None:
    message = confirmed(stage, order_id)
    cancelled = str(place((new_product(5), 1)).body["id"])
    told = confirmed(stage, cancelled)
    call("POST", f"/v1/orders/{cancelled}/cancellation", ANN)
    for each in asked.values():
        each.clear()
    assert deliver("invoices", message) == []
    assert asked == {"s3": ["PutObject"], "dynamodb": ["Query", "GetItem", "TransactWriteItems"]}
    assert deliver("invoices", told) == []
    parts = {"PutItem", "UpdateItem"}
    assert {f"dynamodb:{name}" for name in {*asked["dynamodb"], *parts} - {"TransactWriteItems"}} == NEEDS[
        "invoices"
    ].table
    assert NEEDS["invoices"].invoices == {"s3:PutObject"}
    for each in asked.values():
        each.clear()
    assert call("GET", path(order_id), ANN).status == 303
    assert asked == {"s3": ["HeadObject", "GetObject"], "dynamodb": ["Query"]}  # the second is signed, not sent
    assert NEEDS["orders"].invoices == {"s3:GetObject"}  # which S3 asks for both
