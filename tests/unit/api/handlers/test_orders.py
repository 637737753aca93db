"""The function `orders`, event in, answer out; every answer is held against the promise on the way."""

import json
from typing import TYPE_CHECKING

import pytest

from api.adapters.sources import new_id
from tests.support.dynamodb import TABLE, new_sku
from tests.support.http_api import Reply, call
from tests.support.tokens import ANN, BEN, User
from tests.unit.api.handlers.helpers import adjust, available, lines, new_product, place, told_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]


def test_an_order_is_placed_and_read_where_its_answer_says() -> None:
    tea, mug = new_product(5), new_product(5, name="Mug", price={"amount": 300, "currency": "EUR"})
    placed = place((tea, 2), (mug, 1))
    assert placed.status == 201
    assert placed.headers["Location"] == f"/beta/v1/orders/{placed.body['id']}"
    assert {name: placed.body[name] for name in ("status", "lines", "total")} == {
        "status": "CONFIRMED",
        "lines": [
            {
                "sku": tea,
                "name": "Earl Grey",
                "quantity": 2,
                "unit_price": {"amount": 890, "currency": "EUR"},
                "total": {"amount": 1780, "currency": "EUR"},
            },
            {
                "sku": mug,
                "name": "Mug",
                "quantity": 1,
                "unit_price": {"amount": 300, "currency": "EUR"},
                "total": {"amount": 300, "currency": "EUR"},
            },
        ],
        "total": {"amount": 2080, "currency": "EUR"},
    }
    read = call("GET", f"/v1/orders/{placed.body['id']}", ANN)
    assert (read.status, read.body, read.headers["ETag"]) == (200, placed.body, placed.headers["ETag"])
    assert read.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert [available(tea), available(mug)] == [3, 4]


def test_more_than_there_is_cannot_be_ordered() -> None:
    plenty, scarce = new_product(5), new_product(1)
    refused = place((plenty, 1), (scarce, 2))
    assert (refused.status, refused.problem) == (409, "out-of-stock")
    assert refused.body["errors"] == [{"pointer": "/lines/1/sku", "detail": "There is not enough in stock."}]
    assert [available(plenty), available(scarce)] == [5, 1]


def test_what_cannot_be_ordered_together_is_refused() -> None:
    tea, hat = new_product(5), new_product(5, price={"amount": 1, "currency": "USD"})
    refused = [place((tea, 1), (new_sku(), 1)), place((tea, 1), (tea, 2)), place((tea, 1), (hat, 1))]
    assert [(reply.status, reply.problem) for reply in refused] == [
        (422, "unknown-product"),
        (422, "repeated-product"),
        (422, "mixed-currencies"),
    ]
    assert [reply.body.get("errors", [{}])[0].get("pointer") for reply in refused] == [
        "/lines/1/sku",
        "/lines/1/sku",
        None,
    ]
    assert available(tea) == 5


def test_a_repeated_request_gets_the_same_order() -> None:
    sku = new_product(5)
    replies = [call("POST", "/v1/orders", ANN, key="same-order", json_body=lines((sku, 1))) for _ in range(3)]
    assert [reply.status for reply in replies] == [201, 201, 201]
    assert len({json.dumps(reply.body) for reply in replies}) == 1  # in the same order, too
    assert [reply.headers.get("Idempotent-Replayed") for reply in replies] == [None, "true", "true"]
    assert replies[0].headers["Location"] == replies[1].headers["Location"]
    assert available(sku) == 4


def test_a_key_belongs_to_its_caller() -> None:
    sku = new_product(5)
    mine, theirs = (
        call("POST", "/v1/orders", who, key="a-common-key", json_body=lines((sku, 1))) for who in (ANN, BEN)
    )
    assert mine.body["id"] != theirs.body["id"]
    assert available(sku) == 3


def test_a_key_with_another_body_is_refused() -> None:
    sku = new_product(5)
    call("POST", "/v1/orders", ANN, key="reused-key-1", json_body=lines((sku, 1)))
    reply = call("POST", "/v1/orders", ANN, key="reused-key-1", json_body=lines((sku, 2)))
    assert (reply.status, reply.problem) == (422, "idempotency-key-reused")
    assert available(sku) == 4


def test_a_refused_request_may_be_repeated_when_the_reason_is_gone() -> None:
    sku = new_product()
    assert call("POST", "/v1/orders", ANN, key="try-again-1", json_body=lines((sku, 1))).status == 409
    adjust(sku, 1)
    assert call("POST", "/v1/orders", ANN, key="try-again-1", json_body=lines((sku, 1))).status == 201


def test_an_order_survives_the_loss_of_its_idempotency_record(stage: "DynamoDBClient") -> None:
    sku = new_product(5)
    placed = call("POST", "/v1/orders", ANN, key="crash-after-it", json_body=lines((sku, 1)))
    for item in stage.scan(TableName="idempotency")["Items"]:
        if placed.body["id"] in item["data"]["S"]:
            stage.delete_item(TableName="idempotency", Key={"id": item["id"]})
    again = call("POST", "/v1/orders", ANN, key="crash-after-it", json_body=lines((sku, 1)))
    assert (again.status, again.body) == (201, placed.body)
    assert available(sku) == 4


def test_a_request_whose_first_is_still_at_work_is_asked_to_come_again(stage: "DynamoDBClient") -> None:
    sku = new_product(5)
    placed = call("POST", "/v1/orders", ANN, key="still-at-work", json_body=lines((sku, 1)))
    for item in stage.scan(TableName="idempotency")["Items"]:
        if placed.body["id"] in item["data"]["S"]:
            in_progress = {"status": {"S": "INPROGRESS"}, "in_progress_expiration": {"N": "9999999999999"}}
            stage.put_item(TableName="idempotency", Item={**item, **in_progress})
    reply = call("POST", "/v1/orders", ANN, key="still-at-work", json_body=lines((sku, 1)))
    assert (reply.status, reply.problem, reply.headers["Retry-After"]) == (409, "request-in-progress", "1")
    assert available(sku) == 4


@pytest.mark.parametrize("key", [None, "", "short", "x" * 65, "with space", "ünïcode-key", "nul\x00nulnul"])
def test_an_idempotency_key_is_required_and_well_formed(key: str | None) -> None:
    reply = call("POST", "/v1/orders", ANN, key=key, json_body=lines(("TEA-100", 1)))
    assert (reply.status, reply.problem) == (400, "bad-request")
    assert reply.body["errors"][0]["pointer"] == "Idempotency-Key"


def test_somebody_elses_order_is_like_none() -> None:
    order_id = place((new_product(5), 1), user=ANN).body["id"]
    for path, method in ((f"/v1/orders/{order_id}", "GET"), (f"/v1/orders/{order_id}/cancellation", "POST")):
        theirs, none = call(method, path, BEN), call(method, path.replace(order_id, new_id()), BEN)
        assert (theirs.status, theirs.problem) == (none.status, none.problem) == (404, "not-found")
    assert call("GET", f"/v1/orders/{order_id}", ANN).body["status"] == "CONFIRMED"


def test_a_copy_that_is_still_good_is_not_sent_again() -> None:
    path = f"/v1/orders/{place((new_product(5), 1)).body['id']}"
    assert call("GET", path, ANN, headers={"If-None-Match": '"2"'}).status == 304
    assert call("GET", path, BEN, headers={"If-None-Match": "*"}).status == 404
    call("POST", f"{path}/cancellation", ANN)
    assert call("GET", path, ANN, headers={"If-None-Match": '"2"'}).headers["ETag"] == '"3"'


def test_a_cancelled_order_gives_its_stock_back_once() -> None:
    sku = new_product(5)
    path = f"/v1/orders/{place((sku, 2)).body['id']}"
    cancelled = call("POST", f"{path}/cancellation", ANN)
    assert (cancelled.status, cancelled.body["status"], cancelled.headers["ETag"]) == (200, "CANCELLED", '"3"')
    assert call("GET", path, ANN).body == cancelled.body
    again = call("POST", f"{path}/cancellation", ANN)
    assert (again.status, again.problem) == (409, "order-cancelled")
    assert available(sku) == 5


def test_a_shipped_order_cannot_be_cancelled(stage: "DynamoDBClient") -> None:
    sku = new_product(5)
    order_id = place((sku, 2)).body["id"]
    stage.update_item(
        TableName=TABLE,
        Key={"PK": {"S": f"ORD#{order_id}"}, "SK": {"S": "META"}},
        UpdateExpression="SET #status = :shipped",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":shipped": {"S": "SHIPPED"}},
    )
    refused = call("POST", f"/v1/orders/{order_id}/cancellation", ANN)
    assert (refused.status, refused.problem) == (409, "order-shipped")
    assert available(sku) == 3


def test_an_order_is_cancelled_only_in_the_version_that_was_seen() -> None:
    path = f"/v1/orders/{place((new_product(5), 1)).body['id']}/cancellation"
    stale = call("POST", path, ANN, headers={"If-Match": '"7"'})
    assert (stale.status, stale.problem) == (412, "precondition-failed")
    assert call("POST", path, ANN, headers={"If-Match": '"2"'}).status == 200


def test_cancelling_takes_no_body() -> None:
    path = f"/v1/orders/{place((new_product(5), 1)).body['id']}/cancellation"
    assert call("POST", path, ANN, json_body={"reason": "x"}).problem == "bad-request"


def test_own_orders_are_listed_newest_first_page_by_page() -> None:
    me = User("0a1b2c3d-4444-4ddd-8ddd-" + new_id()[:12].lower())
    sku = new_product(9)
    placed = [place((sku, 1), user=me).body["id"] for _ in range(3)]
    place((sku, 1), user=BEN)
    first = call("GET", "/v1/orders", me, query={"limit": "2"})
    second = call("GET", "/v1/orders", me, query={"limit": "2", "cursor": first.body["next_cursor"]})
    listed = [item["id"] for item in (*first.body["items"], *second.body["items"])]
    assert sorted(listed) == sorted(placed)
    assert listed == sorted(listed, reverse=True)
    assert (first.body["items"][0]["line_count"], "next_cursor" in second.body) == (1, False)
    assert first.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
    theirs = call("GET", "/v1/orders", BEN, query={"cursor": first.body["next_cursor"]})
    assert (theirs.status, theirs.problem) == (400, "invalid-cursor")


def test_own_orders_are_listed_by_status_and_time_and_a_cursor_is_good_for_the_same_ones_alone() -> None:
    me = User("0a1b2c3d-4444-4ddd-8ddd-" + new_id()[:12].lower())
    sku = new_product(9)
    first, second = (place((sku, 1), user=me).body for _ in range(2))
    assert call("POST", f"/v1/orders/{first['id']}/cancellation", me).status == 200

    def listed(**query: str) -> list[str]:
        return [item["id"] for item in call("GET", "/v1/orders", me, query=query).body["items"]]

    assert listed(status="CANCELLED") == [first["id"]]
    assert listed(status="CONFIRMED") == [second["id"]]
    assert listed(**{"from": first["placed_at"]}) == [second["id"], first["id"]]
    assert listed(to=first["placed_at"]) == []
    page = call("GET", "/v1/orders", me, query={"limit": "1", "status": "CONFIRMED"})
    assert "status=CONFIRMED" in page.headers["Link"]
    cursor = page.body["next_cursor"]
    assert call("GET", "/v1/orders", me, query={"cursor": cursor, "status": "CONFIRMED"}).status == 200
    assert call("GET", "/v1/orders", me, query={"cursor": cursor}).problem == "invalid-cursor"


def test_a_list_says_of_each_order_what_the_order_says_of_itself() -> None:
    """Whoever keeps a copy fetches those anew whose updated_at has moved."""
    me = User("0a1b2c3d-5555-4eee-8eee-" + new_id()[:12].lower())
    sku = new_product(9)
    placed = [place((sku, 1), user=me).body["id"] for _ in range(2)]
    assert call("POST", f"/v1/orders/{placed[0]}/cancellation", me).status == 200
    listed = {item["id"]: item for item in call("GET", "/v1/orders", me).body["items"]}
    for order_id in placed:
        order = call("GET", f"/v1/orders/{order_id}", me).body
        told = {name: value for name, value in listed[order_id].items() if name != "line_count"}
        assert told == {name: order[name] for name in told}
    assert listed[placed[0]]["updated_at"] > listed[placed[0]]["placed_at"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "LOST"),
        ("status", ""),
        ("from", "yesterday"),
        ("from", "1700000000"),
        ("from", "2026-13-01T00:00:00.000Z"),
        ("to", "2026-11-01T00:00:00Z"),
        ("to", "2026-11-01T00:00:00.000+01:00"),
    ],
)
def test_what_is_no_status_or_moment_is_pointed_at(name: str, value: str) -> None:
    reply = call("GET", "/v1/orders", ANN, query={name: value})
    assert (reply.status, [error["pointer"] for error in reply.body["errors"]]) == (400, [name])


def test_an_order_tells_others_with_the_callers_ids(stage: "DynamoDBClient") -> None:
    correlation, trace = new_id(), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    headers = {"X-Correlation-Id": correlation, "traceparent": trace}
    sku = new_product(1)
    placed = call("POST", "/v1/orders", ANN, key=new_sku(), headers=headers, json_body=lines((sku, 1)))
    told = told_of(stage, placed.body["id"])
    assert set(told) == {"OrderPlaced", "PaymentAuthorised", "OrderConfirmed"}
    assert placed.headers["X-Correlation-Id"] == correlation
    for event in told.values():
        assert event["metadata"]["correlation_id"] == correlation
        assert event["metadata"]["traceparent"] == trace
        assert event["metadata"]["causation_id"] == "8f7f4d0e-6a55-4d0e-9f4e-0b8b5f0d2f11"
        assert event["data"]["customer_id"] == ANN.subject


def claim(order: str, user: User = ANN, key: str | None = None) -> Reply:
    path = f"/v1/orders/{order}/claims"
    return call("POST", path, user, key=key or new_sku(), json_body={"reason": "DAMAGED"})


def test_a_claim_says_where_its_photographs_belong(stage: "DynamoDBClient") -> None:
    order = place((new_product(1), 1)).body["id"]
    opened = claim(order)
    assert (opened.status, opened.body["order_id"], opened.body["reason"]) == (201, order, "DAMAGED")
    folder = f"claims/{ANN.subject}/{order}/{opened.body['id']}/"
    assert opened.body["upload"] == {"bucket": "claims", "prefix": folder}
    key = {"PK": {"S": f"ORD#{order}"}, "SK": {"S": f"CLAIM#{opened.body['id']}"}}
    assert stage.get_item(TableName=TABLE, Key=key)["Item"]["folder"]["S"] == folder
    assert call("GET", f"/v1/orders/{order}", ANN).status == 200


def test_nobody_claims_on_somebody_elses_order() -> None:
    order = place((new_product(1), 1)).body["id"]
    replies = [claim(order, BEN), claim("01JDA7C0R00000000000000000"), claim("1")]
    assert [(reply.status, reply.problem) for reply in replies] == [(404, "not-found")] * 3


def test_a_repeated_claim_is_one(stage: "DynamoDBClient") -> None:
    order, key = place((new_product(1), 1)).body["id"], new_sku()
    assert claim(order, key=key).body == claim(order, key=key).body
    answer = stage.query(
        TableName=TABLE,
        KeyConditionExpression="PK = :order AND begins_with(SK, :claim)",
        ExpressionAttributeValues={":order": {"S": f"ORD#{order}"}, ":claim": {"S": "CLAIM#"}},
    )
    assert answer["Count"] == 1
