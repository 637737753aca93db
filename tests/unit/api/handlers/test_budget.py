"""Each access pattern is one request, none is a Scan, and a function uses just the actions that api/needs.py lists."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from api.adapters import aws, items
from api.adapters.attributes import typed
from api.adapters.partner_orders import Lent
from api.adapters.sources import new_id
from api.domain.events import Cause, Event, order_confirmed, order_placed
from api.domain.model import Order, OrderStatus
from api.needs import NEEDS, Needs
from tests.support.dynamodb import CIRCUIT_TABLE, IDEMPOTENCY_TABLE, TABLE, forget_services, new_sku
from tests.support.http_api import Reply, call
from tests.support.messages import deliver, envelope, record
from tests.support.payment_provider.book import Fault
from tests.support.payment_provider.service import Provider
from tests.support.tokens import ACME, ANN, OPS, User
from tests.unit.api.domain.examples import CAUSE
from tests.unit.api.domain.paying import unpaid
from tests.unit.api.handlers.carrying import known_carrier, sent, tell
from tests.unit.api.handlers.helpers import CHOICES, SWEEP, details, lines, new_product, place, unsettled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator

_PART_ACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


class Requests(list[tuple[str, str, frozenset[str]]]):
    """What was asked of DynamoDB: operation, table or index, IAM actions."""

    def on(self, resource: str) -> list[str]:
        return [operation for operation, asked, _ in self if asked == resource]

    def actions(self, resource: str) -> frozenset[str]:
        return frozenset().union(*(actions for _, asked, actions in self if asked == resource))


@pytest.fixture
def requests(stage: "DynamoDBClient") -> Iterator[Requests]:
    """Everything that this process asks of DynamoDB from now on."""
    seen = Requests()

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        operation = str(model.name)
        if operation == "TransactWriteItems":
            parts = [part for item in params["TransactItems"] for part in item.items()]
            actions = frozenset(f"dynamodb:{_PART_ACTIONS[kind]}" for kind, _ in parts)
            resource = parts[0][1]["TableName"]
        else:
            actions = frozenset({f"dynamodb:{operation}"})
            resource = next(iter(params["RequestItems"])) if "RequestItems" in params else params["TableName"]
        seen.append((operation, params.get("IndexName", resource), actions))

    assert stage
    client = aws.dynamodb()  # the one that is used now: another test may have made this process forget its first
    client.meta.events.register("provide-client-params.dynamodb.*", note)
    yield seen
    client.meta.events.unregister("provide-client-params.dynamodb.*", note)


def list_products() -> Reply:
    return call("GET", "/v1/products", query={"category": "tea"})


def list_orders() -> Reply:
    return call("GET", "/v1/orders", ANN)


@pytest.mark.parametrize(
    ("ask", "resource", "operation"),
    [
        (lambda sku, _: call("GET", f"/v1/products/{sku}"), TABLE, "GetItem"),
        (lambda sku, _: call("GET", f"/v1/products/{sku}/availability"), TABLE, "GetItem"),
        (lambda _, __: list_products(), "GSI1", "Query"),
        (lambda _, __: list_orders(), "GSI1", "Query"),
        (lambda _, order: call("GET", f"/v1/orders/{order}", ANN), TABLE, "Query"),
    ],
)
def test_reading_one_thing_is_one_request(
    requests: Requests, ask: Callable[[str, str], Reply], resource: str, operation: str
) -> None:
    sku = new_product(5)
    order = place((sku, 1)).body["id"]
    requests.clear()
    assert ask(sku, order).status == 200
    assert [(asked, on) for asked, on, _ in requests] == [(operation, resource)]


def test_replacing_a_product_reads_it_and_writes_it_with_its_event(requests: Requests) -> None:
    sku = new_product()
    requests.clear()
    headers = {"If-Match": "*"}
    assert call("PUT", f"/v1/products/{sku}", OPS, headers=headers, json_body=details(category="other")).status == 200
    assert requests.on(TABLE) == ["GetItem", "TransactWriteItems"]


@pytest.mark.parametrize(("there", "asked"), [(30, 1), (9, 1), (10, 2)])
def test_an_adjustment_is_one_request_and_two_if_the_product_becomes_low(
    requests: Requests, there: int, asked: int
) -> None:
    sku = new_product(there)
    requests.clear()
    path = f"/v1/products/{sku}/stock-adjustments"
    assert call("POST", path, OPS, key=new_sku(), json_body={"delta": -1}).status == 200
    assert requests.on(TABLE) == ["UpdateItem", "TransactWriteItems"][:asked]


def test_a_timeline_is_the_order_and_its_steps(requests: Requests) -> None:
    order = place((new_product(5), 1)).body["id"]
    requests.clear()
    assert call("GET", f"/v1/orders/{order}/timeline", ANN).status == 200
    assert requests.on(TABLE) == ["Query", "Query"]


def test_a_partners_list_is_one_request_and_none_with_the_functions_own_credentials(
    requests: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    lent: list[str] = []
    original = aws.dynamodb_lent

    def watched(credentials: Lent) -> "DynamoDBClient":
        client = original(credentials)
        client.meta.events.register("provide-client-params.dynamodb.*", lambda model, **_: lent.append(model.name))
        return client

    monkeypatch.setattr(aws, "dynamodb_lent", watched)
    forget_services()
    for _ in range(2):
        assert call("GET", "/partner/v1/orders", ACME).status == 200
    assert (lent, requests) == (["Query", "Query"], [])
    assert {f"dynamodb:{name}" for name in lent} == NEEDS["partners"].partner_orders


def test_placing_an_order_reads_its_products_at_once_and_writes_before_and_after_the_payment(
    requests: Requests,
) -> None:
    skus = [new_product(5) for _ in range(5)]
    requests.clear()
    assert place(*((sku, 1) for sku in skus)).status == 201
    assert requests.on(TABLE) == ["BatchGetItem", "TransactWriteItems", "TransactWriteItems"]
    assert requests.on(CIRCUIT_TABLE) == ["GetItem"]
    assert requests.on(IDEMPOTENCY_TABLE) == ["PutItem", "UpdateItem"]


def test_placing_a_partners_order_writes_once_and_asks_for_no_payment(requests: Requests) -> None:
    sku = new_product(5)
    requests.clear()
    assert call("POST", "/partner/v1/orders", ACME, key=new_sku(), json_body=lines((sku, 1))).status == 201
    assert requests.on(TABLE) == ["BatchGetItem", "TransactWriteItems"]
    assert requests.on(CIRCUIT_TABLE) == []
    assert requests.on(IDEMPOTENCY_TABLE) == ["PutItem", "UpdateItem"]


def test_cancelling_reads_the_order_and_writes_at_once(requests: Requests) -> None:
    order = place((new_product(5), 1), (new_product(5), 1)).body["id"]
    requests.clear()
    assert call("POST", f"/v1/orders/{order}/cancellation", ANN).status == 200
    assert requests.on(TABLE) == ["Query", "TransactWriteItems"]


def test_nobody_elses_request_costs_more_than_one_look(requests: Requests) -> None:
    order = place((new_product(5), 1)).body["id"]
    requests.clear()
    stranger = User("0a1b2c3d-9999-4aaa-8aaa-000000000009")
    assert call("POST", f"/v1/orders/{order}/cancellation", stranger).status == 404
    assert requests.on(TABLE) == ["Query"]


def walk_customers() -> None:
    path, preferences = "/v1/customers/me", "/v1/customers/me/preferences"
    user = User(f"cust-{new_sku()}")
    merge = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
    for _ in range(2):
        call("PATCH", path, user, headers=merge, json_body={"name": "Ann", "email": "ann@example.com"})
        call("PUT", preferences, user, headers={"If-Match": "*"}, json_body=CHOICES)
    call("GET", path, user)
    call("GET", preferences, user)
    call("POST", "/v1/customers/lookups", OPS, json_body={"email": "ann@example.com"})
    call("PUT", f"/v1/customers/{user.subject}/standing", OPS, json_body={"blocked": True})
    call("DELETE", path, user)


def walk_products() -> None:
    sku = new_product(3)
    call("GET", f"/v1/products/{sku}")
    call("GET", f"/v1/products/{sku}/availability")
    list_products()
    call("PUT", f"/v1/products/{sku}", OPS, headers={"If-Match": "*"}, json_body=details())
    call("POST", "/v1/products", OPS, key=new_sku(), json_body={"sku": sku, **details()})


def walk_orders(sku: str) -> None:
    order = place((sku, 1)).body["id"]
    call("POST", "/v1/orders", ANN, key=new_sku(), json_body=lines(("NO-1", 1)))
    call("GET", f"/v1/orders/{order}", ANN)
    list_orders()
    call("POST", f"/v1/orders/{order}/cancellation", ANN)


def walk_partners(sku: str) -> None:
    order = call("POST", "/partner/v1/orders", ACME, key=new_sku(), json_body=lines((sku, 1))).body["id"]
    call("POST", "/partner/v1/orders", ACME, key=new_sku(), json_body=lines(("NO-1", 1)))
    call("GET", f"/partner/v1/orders/{order}", ACME)
    call("GET", "/partner/v1/usage", ACME)


def used(requests: Requests) -> Counter[str]:
    return Counter(operation for operation, _, _ in requests)


WALKS: dict[str, Callable[[str], None]] = {
    "products": lambda _: walk_products(),
    "orders": walk_orders,
    "customers": lambda _: walk_customers(),
    "partners": walk_partners,
}


@pytest.mark.parametrize("function", WALKS)
def test_a_function_needs_just_what_it_says_it_needs(requests: Requests, function: str) -> None:
    sku = new_product(3)
    requests.clear()
    WALKS[function](sku)
    assert used(requests)["Scan"] == 0
    needs = NEEDS[function]
    assert requests.actions(TABLE) == needs.table
    assert requests.actions("GSI1") == needs.index
    assert requests.actions(IDEMPOTENCY_TABLE) == needs.idempotency - {"dynamodb:GetItem"}


def test_a_scan_finds_its_parcel_reads_the_order_and_writes_at_once(requests: Requests) -> None:
    carrier, parcel = known_carrier(), sent((new_product(3), 1), (new_product(3), 2))
    requests.clear()
    assert tell(carrier, parcel, "DISPATCHED").status == 200
    assert [(asked, on) for asked, on, _ in requests] == [
        ("GetItem", TABLE),  # whose client it is, once a minute
        ("Query", "GSI1"),
        ("Query", TABLE),
        ("TransactWriteItems", TABLE),
    ]
    needs = NEEDS["carriers"]
    assert requests.actions(TABLE) == needs.table
    assert requests.actions("GSI1") == needs.index
    requests.clear()
    assert tell(carrier, parcel, "IN_TRANSIT").status == 200
    assert [asked for asked, _, _ in requests] == ["Query", "Query", "TransactWriteItems"]


def test_customers_ask_kms_once_a_time_and_the_pool_who_is_there_and_to_forget(requests: Requests) -> None:
    asked: list[str] = []

    def note(model: Any, **_: Any) -> None:
        asked.append(f"{model.service_model.endpoint_prefix}:{model.name}")

    clients = {"kms": aws.kms(), "cognito-identity-provider": aws.cognito()}
    for service, client in clients.items():
        client.meta.events.register(f"provide-client-params.{service}.*", note)
    try:
        walk_customers()
    finally:
        for service, client in clients.items():
            client.meta.events.unregister(f"provide-client-params.{service}.*", note)
    made_twice_read_twice = ["kms:GenerateDataKey", "kms:Decrypt", "kms:GenerateDataKey", "kms:Decrypt"]
    assert asked == [*made_twice_read_twice, "cognito-idp:ListUsers", "cognito-idp:AdminDeleteUser"]
    assert NEEDS["customers"].fields | NEEDS["customers"].users == set(asked)
    assert requests


@pytest.mark.parametrize(("worker", "told"), [("fulfilment", order_confirmed), ("notifier", order_placed)])
def test_a_worker_needs_just_what_it_says_it_needs(
    requests: Requests, worker: str, told: Callable[[Order, str, Cause], Event]
) -> None:
    kept = replace(unpaid(), id=new_id(), status=OrderStatus.CONFIRMED)
    aws.dynamodb().put_item(TableName=TABLE, Item=typed(items.from_order(kept)))
    event = told(kept, new_id(), CAUSE)
    requests.clear()
    assert deliver(worker, record(envelope(event)), record(envelope(event))) == []
    assert used(requests)["Scan"] == 0
    assert requests.actions(TABLE) == NEEDS[worker].table
    assert requests.actions("GSI1") == requests.actions(IDEMPOTENCY_TABLE) == frozenset()


def test_the_payment_worker_needs_just_what_it_says_it_needs(requests: Requests, provider: Provider) -> None:
    provider.suffer(Fault.ERROR)
    waiting, cancelled = (place((new_product(3), 1)).body["id"] for _ in range(2))
    call("POST", f"/v1/orders/{cancelled}/cancellation", ANN)
    requests.clear()
    assert deliver("payments", unsettled(waiting)) == [waiting]
    provider.suffer(Fault.NONE)
    assert deliver("payments", unsettled(waiting), unsettled(cancelled), record(SWEEP)) == []
    needs = NEEDS["payments"]
    assert used(requests)["Scan"] == 0
    assert requests.actions(TABLE) == needs.table - {"dynamodb:DeleteItem"}  # that is for orders that are overdue
    assert requests.actions("GSI2") == needs.sweep_index
    assert requests.actions(CIRCUIT_TABLE) == needs.circuit == NEEDS["orders"].circuit


def test_each_secret_is_read_once_and_only_when_it_is_needed(
    stage: "DynamoDBClient",
) -> None:
    asked: list[str] = []

    forget_services()
    aws.secretsmanager().meta.events.register(
        "provide-client-params.secrets-manager.*", lambda model, **_: asked.append(model.name)
    )
    sku = new_product(9)
    assert asked == []
    for _ in range(3):
        place((sku, 1))
        call("GET", "/v1/orders", ANN, query={"limit": "1"})
    assert asked == ["GetSecretValue"] * 2
    assert NEEDS["orders"].secret == NEEDS["orders"].provider_secret == {f"secretsmanager:{name}" for name in asked}
    assert stage


def test_the_service_function_needs_nothing() -> None:
    assert NEEDS["service"] == Needs()
