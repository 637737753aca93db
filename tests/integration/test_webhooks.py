"""What the payment provider tells by itself, over the gateway: taken from anybody, believed by its signature alone."""

import json
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.integration.conftest import Seller, new_key
from tests.support.masked import Masked
from tests.support.patience import until
from tests.support.payment_provider.book import UNDECIDED
from tests.support.payment_provider.webhook import signed
from tests.support.promised import assert_is
from tests.support.stage import Answer, Stage
from tests.support.users import session

PATH = "/webhooks/payment-provider"
PATIENCE_SECONDS = 60.0
"""The worker's queue is read at once, and its function may have to start."""
MINUTES = 60

type Teller = Callable[..., Answer]


@pytest.fixture(scope="module")
def key() -> bytes:
    """The key that the provider signs with in this stage."""
    arn = os.environ["SLIPWAY_PROVIDER_KEY_ARN"]
    value: str = session().client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    return value.encode()


@pytest.fixture
def waiting(stage: Stage, ann: Masked, sell: Seller) -> dict[str, Any]:
    """An order on which the provider does not decide, however often it is asked."""
    body = {"lines": [{"sku": sell(5, UNDECIDED), "quantity": 1}]}
    placed = stage.call("POST", "/v1/orders", ann, body=body, key=new_key())
    assert (placed.status, placed.json["status"]) == (202, "PAYMENT_PENDING"), placed
    order: dict[str, Any] = placed.json
    return order


@pytest.fixture
def tell(stage: Stage, key: bytes) -> Teller:
    """Tells something as the provider would, or nearly."""

    def tell(news: Mapping[str, str], by: bytes = key, seconds_ago: int = 0) -> Answer:
        body = json.dumps(news).encode()
        return stage.call("POST", PATH, raw=body, headers=signed(by, body, int(time.time()) - seconds_ago))

    return tell


def news(order: Mapping[str, Any], kind: str = "authorised") -> dict[str, str]:
    payment = str(order["payment"]["id"])
    reference = {"reference": f"PSP-{payment}"} if kind == "authorised" else {}
    return {"id": f"evt-{payment}-{kind}", "type": f"payment.{kind}", "payment_id": payment, **reference}


def becomes(stage: Stage, customer: Masked, order: Mapping[str, Any], status: str) -> dict[str, Any]:
    """The order once it has that status."""

    def look() -> dict[str, Any]:
        found: dict[str, Any] = stage.call("GET", f"/v1/orders/{order['id']}", customer).json
        return found

    found = until(look, lambda found: found["status"] == status, PATIENCE_SECONDS)
    assert found["status"] == status, found
    return found


def test_an_authorised_payment_confirms_the_order_however_often_it_is_told(
    stage: Stage, ann: Masked, waiting: dict[str, Any], tell: Teller
) -> None:
    answers = [tell(news(waiting)) for _ in range(2)]
    assert [answer.status for answer in answers] == [202, 202]
    assert all(answer.body == b"" for answer in answers)
    assert len({answer.headers["X-Correlation-Id"] for answer in answers}) == 2
    found = becomes(stage, ann, waiting, "CONFIRMED")
    assert found["payment"]["status"] == "AUTHORISED"
    tell(news(waiting, "declined"))
    assert stage.call("GET", f"/v1/orders/{waiting['id']}", ann).json["payment"] == found["payment"]


def test_a_declined_payment_ends_the_order(stage: Stage, ann: Masked, waiting: dict[str, Any], tell: Teller) -> None:
    assert tell(news(waiting, "declined")).status == 202
    becomes(stage, ann, waiting, "PAYMENT_FAILED")
    sku = waiting["lines"][0]["sku"]
    assert stage.call("GET", f"/v1/products/{sku}/availability").json["available"] == 5


def test_what_is_forged_or_old_is_taken_and_changes_nothing(
    stage: Stage, ann: Masked, waiting: dict[str, Any], tell: Teller
) -> None:
    """A word that is believed is told last: once it was heard, so were the others."""
    assert tell(news(waiting), by=b"guessed").status == 202
    assert tell(news(waiting), seconds_ago=6 * MINUTES).status == 202
    assert tell(news(waiting), seconds_ago=-6 * MINUTES).status == 202
    assert tell(news(waiting, "declined")).status == 202
    assert becomes(stage, ann, waiting, "PAYMENT_FAILED")["payment"]["status"] == "DECLINED"


@pytest.mark.parametrize(
    ("raw", "headers", "status"),
    [
        (b"{}", {"X-Provider-Signature": "t=1,v1=2"}, 400),
        (b"{", {"X-Provider-Signature": "t=1,v1=2"}, 400),
        (b'{"id": "evt-00000001", "type": "x", "payment_id": "1"}', {"X-Provider-Signature": "t=1,v1=2"}, 400),
        (b"{}", {}, 400),
        (b"{}", {"X-Provider-Signature": "t=1,v1=2", "Content-Type": "text/plain"}, 415),
    ],
    ids=["nothing", "no JSON", "no payment", "no signature", "no media type of ours"],
)
def test_what_breaks_the_contract_is_refused_at_the_door(
    stage: Stage, raw: bytes, headers: dict[str, str], status: int
) -> None:
    answer = stage.call("POST", PATH, raw=raw, headers={"Content-Type": "application/json", **headers})
    assert answer.status in (400, status), answer
    assert_is("Problem", answer.json)
