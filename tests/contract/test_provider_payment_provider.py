"""The payment provider of this repository does what we rely on: so what is proved with it holds for the real one."""

from pathlib import Path
from typing import Any

import pytest
from pact import Verifier

from tests.contract.pacts import PACTS, Record, relied_on
from tests.contract.test_consumer_orders_api import PAYMENT
from tests.contract.test_provider_orders_api import verify
from tests.support.payment_provider.book import Book
from tests.support.payment_provider.service import payment_provider

PACT = "orders-api-payment-provider.json"
STATES = {"", "the payment was voided"}


def verifier(url: str, book: Book) -> Verifier:
    def make_state(state: str, **_: Any) -> None:
        assert state in STATES
        book.forget()
        if state:
            book.void(PAYMENT)

    return (
        Verifier("payment-provider", host="127.0.0.1")
        .add_transport(url=url)
        .state_handler(make_state, teardown=False)
        .set_coloured_output(enabled=False)
    )


@pytest.mark.parametrize("pact", relied_on("payment-provider"), ids=lambda pact: pact.name)
def test_the_provider_does_what_we_rely_on(pact: Path, record_property: Record) -> None:
    with payment_provider() as provider:
        verify(verifier(provider.url, provider.book), pact, record_property, STATES)


def test_a_provider_that_does_something_else_is_refused(tmp_path: Path) -> None:
    pact = tmp_path / PACT
    pact.write_text((PACTS / PACT).read_text().replace('"reference"', '"number"'))
    with payment_provider() as provider, pytest.raises(pytest.fail.Exception):
        verify(verifier(provider.url, provider.book), pact, lambda *_: None, STATES)
