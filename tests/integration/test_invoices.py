"""Invoices over HTTP: an order that was paid for has one after a while, at an address that its owner alone is told."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.integration.conftest import Buyer, Seller, new_key
from tests.support.connections import pool
from tests.support.masked import Masked
from tests.support.patience import until
from tests.support.payment_provider.book import DECLINED, UNDECIDED
from tests.support.stage import Answer, Stage

PATIENCE_SECONDS = 60.0
"""The event's way is short, and the worker's function may have to start."""


def invoice(stage: Stage, customer: Masked, order: str) -> Answer:
    return stage.call("GET", f"/v1/orders/{order}/invoice", customer)


def written(stage: Stage, customer: Masked, order: str) -> Answer:
    """The answer once the invoice is there; until then it says that it is being written."""

    def is_there(answer: Answer) -> bool:
        if answer.status == 303:
            return True
        assert (answer.status, answer.problem) == (409, "invoice-pending"), answer
        assert int(answer.headers["Retry-After"]) > 0
        return False

    answer = until(lambda: invoice(stage, customer, order), is_there, PATIENCE_SECONDS)
    assert answer.status == 303, "no invoice was written"
    return answer


def test_an_order_s_owner_is_sent_to_its_invoice(stage: Stage, ann: Masked, kept: dict[str, Any]) -> None:
    answer = written(stage, ann, kept["id"])
    assert answer.headers["Cache-Control"] == "no-store"
    page = pool().request("GET", answer.headers["Location"], redirect=False)
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["Cache-Control"] == "no-store"
    text = page.data.decode()
    assert kept["id"] in text
    assert f"{kept['total']['amount'] / 100:.2f} {kept['total']['currency']}" in text


def test_an_address_is_for_one_invoice_and_a_minute(
    stage: Stage, ann: Masked, ben: Masked, kept: dict[str, Any], buy: Buyer, tea: str
) -> None:
    another = buy(ben, tea)["id"]
    written(stage, ben, another)
    address = written(stage, ann, kept["id"]).headers["Location"]
    assert pool().request("GET", address.replace(kept["id"], another), redirect=False).status == 403
    assert pool().request("GET", address.partition("?")[0], redirect=False).status == 403
    signed = parse_qs(urlsplit(address).query)
    assert signed["X-Amz-Expires"] == ["60"]
    assert signed["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]


def test_nobody_is_sent_to_somebody_elses_invoice(stage: Stage, ann: Masked, ben: Masked, kept: dict[str, Any]) -> None:
    written(stage, ann, kept["id"])
    refused = invoice(stage, ben, kept["id"])
    assert (refused.status, refused.problem) == (404, "not-found")
    assert "Location" not in refused.headers


def test_a_cancelled_order_keeps_the_invoice_that_it_had(stage: Stage, ann: Masked, order: dict[str, Any]) -> None:
    written(stage, ann, order["id"])
    assert stage.call("POST", f"/v1/orders/{order['id']}/cancellation", ann).status == 200
    assert invoice(stage, ann, order["id"]).status == 303


@pytest.mark.parametrize(("amount", "status"), [(UNDECIDED, 202), (DECLINED, 402)], ids=["waiting", "declined"])
def test_what_is_not_paid_for_has_none(stage: Stage, ann: Masked, sell: Seller, amount: int, status: int) -> None:
    body = {"lines": [{"sku": sell(5, amount), "quantity": 1}]}
    assert stage.call("POST", "/v1/orders", ann, body=body, key=new_key()).status == status
    newest = stage.call("GET", "/v1/orders", ann, query={"limit": 1}).json["items"][0]["id"]
    refused = invoice(stage, ann, newest)
    assert (refused.status, refused.problem) == (409, "no-invoice")
    assert "Retry-After" not in refused.headers
