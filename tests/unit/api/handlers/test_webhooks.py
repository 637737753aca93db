"""The worker `webhooks` on the emulator: what the gateway wrote into its queue, good and bad."""

import json
import time
from collections.abc import Mapping
from typing import Any

import pytest

from api.domain.webhook import WINDOW
from tests.support.http_api import call
from tests.support.messages import deliver, record, taken
from tests.support.payment_provider.book import UNDECIDED
from tests.support.payment_provider.webhook import signed
from tests.support.tokens import ANN
from tests.unit.api.handlers.helpers import available, new_product, place

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]

KEY = b"k" * 64
"""The provider's key in this stage (tests.support.dynamodb)."""


@pytest.fixture
def waiting() -> dict[str, Any]:
    """An order of which the provider says nothing."""
    placed = place((new_product(5, price={"amount": UNDECIDED, "currency": "EUR"}), 1))
    assert placed.status == 202
    body: dict[str, Any] = placed.body
    return body


def news(order: Mapping[str, Any], **other: str) -> dict[str, str]:
    payment = str(order["payment"]["id"])
    told = {"id": f"evt-{payment}", "type": "payment.authorised", "payment_id": payment, "reference": f"PSP-{payment}"}
    return {**told, **other}


def message(told: Mapping[str, Any], key: bytes = KEY, at: float | None = None) -> dict[str, Any]:
    body, now = json.dumps(told), time.time()
    signature = signed(key, body.encode(), int(now if at is None else at))["X-Provider-Signature"]
    return taken(body, signature, now)


def status(order: Mapping[str, Any]) -> str:
    return str(call("GET", f"/v1/orders/{order['id']}", ANN).body["status"])


def counted(capsys: pytest.CaptureFixture[str]) -> list[str]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"_aws"')]
    return [name for line in lines for name in line if name.startswith("Webhook")]


def test_what_the_provider_tells_settles_the_order_once(
    waiting: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    told = message(news(waiting))
    assert deliver("webhooks", told) == []
    assert (status(waiting), counted(capsys)) == ("CONFIRMED", [])
    assert deliver("webhooks", told) == []
    assert (status(waiting), counted(capsys)) == ("CONFIRMED", ["WebhookRepeated"])


def test_a_declined_payment_gives_the_stock_back(waiting: dict[str, Any]) -> None:
    sku = waiting["lines"][0]["sku"]
    assert available(sku) == 4
    assert deliver("webhooks", message(news(waiting, type="payment.declined"))) == []
    assert (status(waiting), available(sku)) == ("PAYMENT_FAILED", 5)


def test_what_is_not_the_providers_changes_nothing_and_is_counted(
    waiting: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    long_ago = time.time() - WINDOW.total_seconds() - 5
    forged, old = message(news(waiting), key=b"guessed" * 8), message(news(waiting), at=long_ago)
    unreadable = message({**news(waiting), "payment_id": "none"})
    assert deliver("webhooks", forged, old, unreadable) == []
    assert counted(capsys) == ["WebhookForged", "WebhookOld", "WebhookUnreadable"]
    assert status(waiting) == "PAYMENT_PENDING"


def test_nothing_of_what_was_not_believed_is_logged(
    waiting: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    deliver("webhooks", message({**news(waiting), "mail": "ann@example.com"}, key=b"guessed" * 8))
    assert "ann@example.com" not in capsys.readouterr().out


def test_a_payment_that_nobody_knows_comes_again(waiting: dict[str, Any]) -> None:
    unknown = message({**news(waiting), "payment_id": "01JDA7C0R0000000000000000Z"})
    assert deliver("webhooks", unknown) == [unknown["messageId"]]


def test_a_settled_payment_is_found_by_the_providers_number(
    waiting: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    deliver("webhooks", message(news(waiting)))
    assert deliver("webhooks", message(news(waiting, id="evt-another-1"))) == []
    assert counted(capsys) == []


def test_what_the_gateway_has_not_written_goes_to_the_dead_letters() -> None:
    stray = record("{}")
    assert deliver("webhooks", stray) == [stray["messageId"]]
    no_time = taken("{}", "t=1,v1=2", 0.0)
    no_time["messageAttributes"]["received_at"]["stringValue"] = "soon"
    assert deliver("webhooks", no_time) == [no_time["messageId"]]
