"""The payment provider over real HTTP, against the service that stands in for it, with each of its faults."""

import time
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from io import BytesIO
from typing import Any

import pytest
import urllib3

from api.adapters.payment_provider import HttpPaymentProvider
from api.adapters.sources import new_id
from api.domain.money import Money
from api.domain.payment import Answer, Authorised, Declined, Payment, PaymentStatus, Unavailable, Undecided, Voided
from tests.support.payment_provider.book import ALWAYS_FAILS, DECLINED, RECOVERS, UNDECIDED, Fault
from tests.support.payment_provider.service import Provider, payment_provider
from tests.unit.api.domain.examples import NOON


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with payment_provider() as provider:
        yield provider


@pytest.fixture
def service(running: Provider) -> Iterator[Provider]:
    yield running
    running.suffer(Fault.NONE)


@pytest.fixture
def client(service: Provider) -> HttpPaymentProvider:
    return HttpPaymentProvider(service.url + "/", lambda: b"a-key")


def payment(amount: int = 890) -> Payment:
    return Payment(new_id(), Money(amount, "EUR"), PaymentStatus.PENDING, None, 1, NOON, NOON)


def test_a_payment_is_authorised_with_the_providers_number(client: HttpPaymentProvider) -> None:
    asked = payment()
    assert client.authorise(asked, "chain", 3.0) == Authorised(f"PSP-{asked.id}")


def test_asking_again_gets_the_same_answer_and_charges_once(client: HttpPaymentProvider, service: Provider) -> None:
    asked = payment()
    assert client.authorise(asked, "chain", 3.0) == client.authorise(asked, "chain", 3.0)
    assert service.book.asked[asked.id] == 2
    assert [key for key in service.book.answers if key == asked.id] == [asked.id]


def test_a_decline_is_an_answer(client: HttpPaymentProvider) -> None:
    assert client.authorise(payment(DECLINED), "chain", 3.0) == Declined()


def test_a_payment_that_is_looked_into_is_answered_but_not_decided(client: HttpPaymentProvider) -> None:
    asked = payment(UNDECIDED)
    assert client.authorise(asked, "chain", 3.0) == Undecided()
    client.void(asked, "chain", 3.0)
    assert client.authorise(asked, "chain", 3.0) == Declined()


def test_what_is_voided_is_never_authorised_any_more_even_if_it_comes_late(client: HttpPaymentProvider) -> None:
    asked = payment()
    assert client.void(asked, "chain", 3.0) == Voided()
    assert client.authorise(asked, "chain", 3.0) == Declined()


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.DROP])
def test_a_provider_that_breaks_has_said_nothing(client: HttpPaymentProvider, service: Provider, fault: Fault) -> None:
    service.suffer(fault)
    assert client.authorise(payment(), "chain", 3.0) == Unavailable()
    assert client.void(payment(), "chain", 3.0) == Unavailable()


def test_a_slow_provider_is_given_up_in_time(client: HttpPaymentProvider, service: Provider) -> None:
    service.suffer(Fault.SLOW, seconds=30.0)
    began = time.monotonic()
    assert client.authorise(payment(), "chain", 0.3) == Unavailable(timed_out=True)
    assert time.monotonic() - began < 5.0


def test_a_provider_that_is_not_there_has_said_nothing() -> None:
    assert (
        HttpPaymentProvider("http://127.0.0.1:9", lambda: b"a-key").authorise(payment(), "chain", 1.0) == Unavailable()
    )


def test_a_connection_that_the_provider_has_closed_is_made_anew(client: HttpPaymentProvider, service: Provider) -> None:
    assert isinstance(client.authorise(payment(), "chain", 3.0), Authorised)
    service.suffer(Fault.DROP)
    assert client.authorise(payment(), "chain", 3.0) == Unavailable()
    service.suffer(Fault.NONE)
    assert isinstance(client.authorise(payment(), "chain", 3.0), Authorised)


def test_one_connection_is_kept_between_calls(client: HttpPaymentProvider, service: Provider) -> None:
    before = service.connections
    for _ in range(3):
        client.authorise(payment(), "chain", 3.0)
    assert service.connections == before + 1


def test_a_payment_that_recovers_does_so_at_the_third_request(client: HttpPaymentProvider) -> None:
    asked = payment(RECOVERS)
    answers = [client.authorise(asked, "chain", 3.0) for _ in range(3)]
    assert answers == [Unavailable(), Unavailable(), Authorised(f"PSP-{asked.id}")]
    assert client.authorise(payment(ALWAYS_FAILS), "chain", 3.0) == Unavailable()


def test_a_key_that_the_provider_does_not_take_says_nothing_about_the_money(service: Provider) -> None:
    asked = replace(payment(), id="")  # the provider wants its idempotency key
    assert HttpPaymentProvider(service.url, lambda: b"a-key").authorise(asked, "chain", 3.0) == Unavailable()


YES = b'{"status": "authorised", "reference": "PSP-1"}'
NOTHING_SAID = Unavailable()
SAYS_SOMETHING: dict[str, dict[HTTPStatus, Answer | Voided]] = {
    "authorise": {
        HTTPStatus.CREATED: Authorised("PSP-1"),
        HTTPStatus.PAYMENT_REQUIRED: Declined(),
        HTTPStatus.ACCEPTED: Undecided(),
    },
    "void": {HTTPStatus.OK: Voided()},
}
"""By what is asked the answers that say anything about the money (contracts/pacts). After any other it is asked again.

409 says that an earlier attempt is still at work, 404 that a path has moved or that a payment has yet to come in.
Whoever took the one for a decline or the other for a void would take money for an order that has ended.
"""


def answering(monkeypatch: pytest.MonkeyPatch, status: HTTPStatus, body: bytes) -> HttpPaymentProvider:
    """A client of a provider that answers everything so."""

    def answered(*_: Any, **__: Any) -> urllib3.HTTPResponse:
        return urllib3.HTTPResponse(BytesIO(body), status=status, preload_content=False)

    monkeypatch.setattr(urllib3.PoolManager, "request", answered)
    return HttpPaymentProvider("https://provider.example", lambda: b"a-key")


@pytest.mark.parametrize("status", [each for each in HTTPStatus if each >= HTTPStatus.OK], ids=str)
@pytest.mark.parametrize("asked", SAYS_SOMETHING)
def test_only_what_the_provider_promises_to_answer_says_anything_about_the_money(
    monkeypatch: pytest.MonkeyPatch, asked: str, status: HTTPStatus
) -> None:
    client = answering(monkeypatch, status, YES)
    assert getattr(client, asked)(payment(), "chain", 3.0) == SAYS_SOMETHING[asked].get(status, NOTHING_SAID)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"reference": null}', b'{"reference": ""}', b"\xff"])
def test_a_yes_without_a_number_that_can_be_kept_is_none_yet(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    assert answering(monkeypatch, HTTPStatus.CREATED, body).authorise(payment(), "chain", 3.0) == NOTHING_SAID
