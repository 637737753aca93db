"""The delivered service itself, as it is synthesized for beta: an order placed over HTTP reaches those who wait for it.

Slow, since it synthesizes and deploys the whole of it; everything else about queues is tried on small templates.
"""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from api.adapters.orders import DynamoOrders
from api.adapters.parcels import DynamoParcels
from api.adapters.sources import new_id
from api.domain.carriers import NORTHWAY
from api.domain.events import Cause
from api.domain.scanning import Scanning
from api.domain.shipment import Scan, ShipmentStatus
from pipeline.rehearsal.world.emulator.process import Programs
from pipeline.rehearsal.world.emulator.world import EmulatorWorld
from tests.load.seed import order_of, put_on_sale
from tests.rehearsal.world.account import REGION
from tests.rehearsal.world.running import running
from tests.rehearsal.world.service import BETA, Service, deployed, provided
from tests.support.payment_provider.book import RECOVERS, TOLD_LATER
from tests.support.payment_provider.service import Provider

pytestmark = [pytest.mark.emulator, pytest.mark.slow]

CORRELATION = "01JDA7C0R00000000000000003"
SKU = "EVENTS-TEA"


@dataclass(frozen=True)
class Shop(Service):
    """The service with a product on sale, and what lies in its queues and its table."""

    def queue(self, name: str) -> str:
        """The address of a queue."""
        return str(self.client("sqs").get_queue_url(QueueName=f"orders-beta-{name}")["QueueUrl"])

    def arn(self, queue: str) -> str:
        asked = {"QueueUrl": queue, "AttributeNames": ["QueueArn"]}
        return str(self.client("sqs").get_queue_attributes(**asked)["Attributes"]["QueueArn"])

    def told(self, kind: str) -> list[Mapping[str, Any]]:
        """The details of all events of a kind that were noted."""
        items = self.client("dynamodb").scan(TableName=self.stack.outputs["TableName"])["Items"]
        return [json.loads(item["detail"]["S"]) for item in items if item.get("detail_type", {}).get("S") == kind]

    def dead_letter(self) -> Mapping[str, Any] | None:
        """One of fulfilment's dead letters, which stays where it is."""
        asked = {"QueueUrl": self.queue("fulfilment-dead-letters"), "VisibilityTimeout": 0}
        found: list[Mapping[str, Any]] = self.client("sqs").receive_message(**asked).get("Messages", [])
        return found[0] if found else None


@pytest.fixture(scope="session")
def town(programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorWorld]:
    """The shop's own world: its account can't be another's in the same process."""
    with running(programs, tmp_path_factory.mktemp("town")) as world:
        yield world


@pytest.fixture(scope="session")
def provider(town: EmulatorWorld) -> Iterator[Provider]:
    with provided(town) as standing:
        yield standing


@pytest.fixture(scope="session")
def shop(town: EmulatorWorld, provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    assert provider.url
    made = deployed(town, tmp_path_factory.mktemp("service") / "cdk.out")
    shop = Shop(made.stack, made.api, made.operator, made.customer)
    product = {"sku": SKU, "name": "Tea", "category": "tea", "price": {"amount": 890, "currency": "EUR"}}
    put_on_sale(shop.api, shop.operator, product)
    return shop


def notices(shop: Shop) -> str:
    """A queue that hears all notices."""
    sqs = shop.client("sqs")
    url = str(sqs.create_queue(QueueName="hears-notices")["QueueUrl"])
    topic = f"arn:aws:sns:{REGION}:{BETA}:orders-beta-notices"
    shop.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=shop.arn(url))
    return url


def about(order: str, details: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those details of events that are about an order."""
    return [each for each in details if each["data"]["order_id"] == order]


def test_an_order_and_its_cancellation_reach_the_workers_with_the_callers_correlation_id(shop: Shop) -> None:
    heard = notices(shop)
    headers = {"X-Correlation-Id": CORRELATION}
    placed = shop.api.call(
        "POST", "/v1/orders", shop.customer, body=order_of(SKU, 3), key=secrets.token_hex(16), headers=headers
    )
    assert placed.status == 201, placed.body
    order = placed.json["id"]
    until = shop.stack.account.until
    (shipment,) = until(lambda: about(order, shop.told("ShipmentRequested")), "the shipment")
    path = f"/v1/orders/{order}/cancellation"
    assert shop.api.call("POST", path, shop.customer, headers=headers).status == 200

    (cause,) = about(order, shop.told("OrderConfirmed"))
    assert shipment["data"]["lines"] == [{"sku": SKU, "quantity": 3}]
    assert shipment["metadata"]["causation_id"] == cause["metadata"]["event_id"]
    assert shipment["metadata"]["correlation_id"] == cause["metadata"]["correlation_id"] == CORRELATION

    told: dict[str, Mapping[str, Any]] = {}

    def both() -> bool:
        for message in shop.client("sqs").receive_message(QueueUrl=heard, MaxNumberOfMessages=10).get("Messages", []):
            notice = json.loads(json.loads(message["Body"])["Message"])
            if notice.get("order_id") == order:
                told[notice["occasion"]] = notice
        return len(told) == 2

    until(both, "the notices")
    assert {occasion: (notice["order_id"], notice["correlation_id"]) for occasion, notice in told.items()} == {
        "order-placed": (order, CORRELATION),
        "order-cancelled": (order, CORRELATION),
    }


def test_a_customer_hears_that_the_parcel_has_left_and_that_it_has_arrived(shop: Shop) -> None:
    heard, until = notices(shop), shop.stack.account.until
    placed = shop.api.call("POST", "/v1/orders", shop.customer, body=order_of(SKU), key=secrets.token_hex(16))
    order, occasions = placed.json["id"], list[str]()
    parcels = DynamoParcels(shop.client("dynamodb"), shop.stack.outputs["TableName"])
    orders = DynamoOrders(shop.client("dynamodb"), shop.stack.outputs["TableName"])
    number = NORTHWAY.tracking_number(order, 1)
    until(lambda: parcels.order_of(NORTHWAY.id, number), "the parcel")
    scan = Scan("scan-0001", number, ShipmentStatus.DELIVERED, datetime.now(UTC))
    Scanning(parcels, orders, lambda: datetime.now(UTC), new_id).hear(NORTHWAY.id, scan, Cause(CORRELATION, "a-scan"))

    def told() -> bool:
        for message in shop.client("sqs").receive_message(QueueUrl=heard, MaxNumberOfMessages=10).get("Messages", []):
            notice = json.loads(json.loads(message["Body"])["Message"])
            occasions.extend([notice["occasion"]] if notice.get("order_id") == order else [])
        return len(occasions) == 3

    until(told, "the notices")
    assert sorted(occasions) == ["order-placed", "shipment-delivered", "shipment-dispatched"]


def test_who_signs_up_is_welcomed_once_and_counted(shop: Shop) -> None:
    heard, cognito = notices(shop), shop.client("cognito-idp")
    name = "new@example.com"
    cognito.sign_up(
        ClientId=shop.stack.outputs["UserPoolClientId"],
        Username=name,
        Password="Correct-horse-7",
        UserAttributes=[{"Name": "email", "Value": name}],
    )
    cognito.admin_confirm_sign_up(UserPoolId=shop.stack.outputs["UserPoolId"], Username=name)

    def welcomed() -> list[Mapping[str, Any]]:
        messages = shop.client("sqs").receive_message(QueueUrl=heard, MaxNumberOfMessages=10).get("Messages", [])
        found = [json.loads(json.loads(message["Body"])["Message"]) for message in messages]
        return [notice for notice in found if notice["occasion"] == "welcome"]

    (welcome,) = shop.stack.account.until(welcomed, "the welcome")
    (registered,) = shop.told("CustomerRegistered")
    assert welcome["customer_id"] == registered["data"]["customer_id"]
    assert set(welcome) == {"notice_id", "occasion", "customer_id", "correlation_id"}
    metrics = shop.client("cloudwatch").list_metrics(Namespace="Orders", MetricName="CustomerRegistered")["Metrics"]
    assert [each["Dimensions"] for each in metrics] == [[{"Name": "Stage", "Value": "beta"}]]


def test_a_customer_is_written_to_once_and_in_their_language(shop: Shop) -> None:
    """In beta all letters go to SES's own mailbox; whose they would be, the order in them says."""
    me, changes = "/v1/customers/me", {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
    told = shop.api.call("PATCH", me, shop.customer, body={"email": "zelda@markermail.example"}, headers=changes)
    assert told.status == 200
    chosen = {"language": "de", "currency": "EUR", "newsletter": False}
    preferences = shop.api.call("PUT", f"{me}/preferences", shop.customer, body=chosen, headers={"If-Match": "*"})
    assert preferences.status == 200
    placed = shop.api.call("POST", "/v1/orders", shop.customer, body=order_of(SKU), key=secrets.token_hex(16)).json

    def written() -> list[Mapping[str, Any]]:
        return [each for each in shop.letters() if placed["id"] in each["Subject"]]

    (letter,) = shop.stack.account.until(written, "the letter")
    assert letter["Subject"] == f"Ihre Bestellung {placed['id']}"
    assert (letter["Source"], letter["To"]) == ("orders@test.shop.example", ["success@simulator.amazonses.com"])
    assert shop.api.call("POST", f"/v1/orders/{placed['id']}/cancellation", shop.customer).status == 200
    both = shop.stack.account.until(lambda: written() if len(written()) > 1 else None, "the second letter")
    assert sorted(each["Subject"] for each in both) == [
        f"Ihre Bestellung {placed['id']}",
        f"Ihre Bestellung {placed['id']} wurde storniert",
    ]


def matches(shop: Shop, event: Mapping[str, Any]) -> bool:
    """Whether the rule of mail that came back takes an event."""
    events = shop.client("events")
    pattern = events.describe_rule(Name="orders-beta-mail")["EventPattern"]
    whole = {**event, "account": BETA, "region": REGION, "time": "2026-11-26T12:00:00Z", "resources": []}
    return bool(events.test_event_pattern(EventPattern=pattern, Event=json.dumps(whole))["Result"])


def test_mail_that_comes_back_is_counted(shop: Shop) -> None:
    """SES delivers nothing here, and nobody else may speak for it on the bus: what its rule would send is sent."""
    detail = {
        "eventType": "Bounce",
        "mail": {"tags": {"ses:configuration-set": ["orders-beta"]}, "destination": ["zelda@markermail.example"]},
        "bounce": {"bounceType": "Permanent", "bounceSubType": "General"},
    }
    event = {"id": secrets.token_hex(16), "source": "aws.ses", "detail-type": "Email Bounced", "detail": detail}
    assert matches(shop, event)
    shop.client("sqs").send_message(QueueUrl=shop.queue("mail"), MessageBody=json.dumps(event))

    def counted() -> Any:
        return shop.client("cloudwatch").list_metrics(Namespace="Orders", MetricName="MailReturned")["Metrics"]

    (returned,) = shop.stack.account.until(counted, "the count of what came back")
    assert returned["Dimensions"] == [{"Name": "Stage", "Value": "beta"}]


def test_an_order_that_waits_for_its_payment_is_paid_by_the_worker(shop: Shop) -> None:
    price = {"amount": RECOVERS, "currency": "EUR"}
    put_on_sale(shop.api, shop.operator, {"sku": "WAITS", "name": "Mug", "category": "mugs", "price": price})
    placed = shop.api.call("POST", "/v1/orders", shop.customer, body=order_of("WAITS"), key=secrets.token_hex(16))
    assert (placed.status, placed.json["status"]) == (202, "PAYMENT_PENDING")
    path = f"/v1/orders/{placed.json['id']}"

    def paid() -> bool:
        return bool(shop.api.call("GET", path, shop.customer).json["status"] == "CONFIRMED")

    shop.stack.account.until(paid, "the worker's payment", patience=60.0)  # its message is seen after 15 s at first
    assert shop.api.call("GET", path, shop.customer).json["payment"]["status"] == "AUTHORISED"


def test_what_the_provider_tells_by_itself_settles_the_order_that_waits_for_it(shop: Shop, provider: Provider) -> None:
    """The provider answers 202 for good, however often the worker asks: only what it tells can settle this order."""
    secrets_manager = shop.client("secretsmanager")
    key = secrets_manager.get_secret_value(SecretId=shop.stack.outputs["ProviderKeyArn"])["SecretString"].encode()
    webhook = provider.tell(f"{shop.api.url}/webhooks/payment-provider", key)
    price = {"amount": TOLD_LATER, "currency": "EUR"}
    put_on_sale(shop.api, shop.operator, {"sku": "TOLD", "name": "Mug", "category": "mugs", "price": price})
    placed = shop.api.call("POST", "/v1/orders", shop.customer, body=order_of("TOLD"), key=secrets.token_hex(16))
    assert (placed.status, placed.json["status"]) == (202, "PAYMENT_PENDING")
    path = f"/v1/orders/{placed.json['id']}"

    def settled() -> bool:
        return bool(shop.api.call("GET", path, shop.customer).json["status"] == "CONFIRMED")

    shop.stack.account.until(settled, "what the provider told")
    assert webhook.answers[0] == 202
    provider.tell_nobody()


def test_a_photograph_that_is_uploaded_is_noted_with_its_claim_and_anything_else_is_taken_away(shop: Shop) -> None:
    placed = shop.api.call("POST", "/v1/orders", shop.customer, body=order_of(SKU), key=secrets.token_hex(16)).json
    path = f"/v1/orders/{placed['id']}/claims"
    opened = shop.api.call("POST", path, shop.customer, body={"reason": "DAMAGED"}, key=secrets.token_hex(16))
    assert opened.status == 201, opened.body
    upload, s3 = opened.json["upload"], shop.client("s3")
    for name, content in (("page.jpg", b"<html>"), ("door.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF")):
        s3.put_object(Bucket=upload["bucket"], Key=upload["prefix"] + name, Body=content)

    def noted() -> list[str]:
        items = shop.client("dynamodb").scan(TableName=shop.stack.outputs["TableName"])["Items"]
        return [item["name"]["S"] for item in items if item.get("entity", {}).get("S") == "PHOTOGRAPH"]

    def left() -> bool:
        found = s3.list_objects_v2(Bucket=upload["bucket"], Prefix=upload["prefix"]).get("Contents", [])
        return [each["Key"].removeprefix(upload["prefix"]) for each in found] == ["door.jpg"]

    assert shop.stack.account.until(noted, "the photograph's note") == ["door.jpg"]
    shop.stack.account.until(left, "the end of what is no photograph")


def test_a_poison_message_dies_and_an_operator_sends_it_back(shop: Shop) -> None:
    sqs, until = shop.client("sqs"), shop.stack.account.until
    fulfilment = shop.queue("fulfilment")
    dead = shop.arn(shop.queue("fulfilment-dead-letters"))
    soon = {"deadLetterTargetArn": dead, "maxReceiveCount": 1}  # the template's own takes a quarter of an hour
    sqs.set_queue_attributes(
        QueueUrl=fulfilment, Attributes={"VisibilityTimeout": "1", "RedrivePolicy": json.dumps(soon)}
    )
    newer = {"metadata": {"event_id": "E", "correlation_id": CORRELATION, "schema_version": 2}, "data": {}}
    entry = {"Source": "orders.api", "DetailType": "OrderConfirmed", "Detail": json.dumps(newer)}
    shop.client("events").put_events(Entries=[{**entry, "EventBusName": "orders-beta"}])
    first = until(shop.dead_letter, "the dead letter")
    assert json.loads(first["Body"])["detail"] == newer

    path = "/v1/ops/queues/fulfilment/redrives"
    refused = shop.api.call("POST", path, shop.customer, body={}, key=secrets.token_hex(16))
    assert (refused.status, refused.problem) == (403, "forbidden")
    sent_back = shop.api.call("POST", path, shop.operator, body={}, key=secrets.token_hex(16))
    assert sent_back.status == 202, sent_back.body
    assert sent_back.json["queue"] == "fulfilment"

    def again() -> Mapping[str, Any] | None:
        letter = shop.dead_letter()
        return letter if letter is not None and letter["MessageId"] != first["MessageId"] else None

    assert json.loads(until(again, "the message that was tried again")["Body"])["detail"] == newer
