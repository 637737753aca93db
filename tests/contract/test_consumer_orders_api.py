"""What we rely on at the payment provider; using our client writes contracts/pacts/orders-api-payment-provider.json."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pact import Pact, match

from api.adapters.payment_provider import HttpPaymentProvider
from api.domain.money import Money
from api.domain.payment import Authorised, Declined, Payment, PaymentStatus, Undecided, Voided
from tests.contract.pacts import Record, keep_or_compare
from tests.support.payment_provider.book import DECLINED, UNDECIDED

PAYMENT: Final = "01JDA7C0R00000000000000004"
CHAIN: Final = "01JDA7C0R00000000000000003"
THEN: Final = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY: Final = "a-key"
SENT: Final[dict[str, Any]] = {
    "Authorization": match.regex(f"Bearer {KEY}", regex="^Bearer .+$"),
    "Content-Type": "application/json",
    "Idempotency-Key": PAYMENT,
    "X-Correlation-Id": match.string(CHAIN),
}


def payment(amount: int) -> Payment:
    return Payment(PAYMENT, Money(amount, "EUR"), PaymentStatus.PENDING, None, 1, THEN, THEN)


def provider_pact() -> Pact:
    pact = Pact("orders-api", "payment-provider").with_specification("V4")
    (
        pact.upon_receiving("a payment that can be authorised")
        .with_request("POST", "/v1/authorisations")
        .with_headers(SENT)
        .with_body({"payment_id": PAYMENT, "amount": 890, "currency": "EUR"})
        .will_respond_with(201)
        .with_body({"reference": match.regex(f"PSP-{PAYMENT}", regex="^.{1,64}$")})
    )
    (
        pact.upon_receiving("a payment that is declined")
        .with_request("POST", "/v1/authorisations")
        .with_headers(SENT)
        .with_body({"payment_id": PAYMENT, "amount": DECLINED, "currency": "EUR"})
        .will_respond_with(402)
    )
    (
        pact.upon_receiving("a payment that has to be looked into")
        .with_request("POST", "/v1/authorisations")
        .with_headers(SENT)
        .with_body({"payment_id": PAYMENT, "amount": UNDECIDED, "currency": "EUR"})
        .will_respond_with(202)
    )
    (
        pact.upon_receiving("a payment to be voided")
        .with_request("POST", "/v1/voids")
        .with_headers(SENT)
        .with_body({"payment_id": PAYMENT})
        .will_respond_with(200)
    )
    return pact


def voided_pact() -> Pact:
    """The same request as the first, in another state: so it is told to a mock of its own."""
    pact = Pact("orders-api", "payment-provider").with_specification("V4")
    (
        pact.upon_receiving("a payment that was voided before it could be authorised")
        .given("the payment was voided")
        .with_request("POST", "/v1/authorisations")
        .with_headers(SENT)
        .with_body({"payment_id": PAYMENT, "amount": 890, "currency": "EUR"})
        .will_respond_with(402)
    )
    return pact


def test_our_client_reads_what_the_pact_says(tmp_path: Path, record_property: Record) -> None:
    pact, voided = provider_pact(), voided_pact()
    with pact.serve(addr="127.0.0.1") as mock:
        provider = HttpPaymentProvider(str(mock.url), KEY.encode)
        assert provider.authorise(payment(890), CHAIN, 5.0) == Authorised(f"PSP-{PAYMENT}")
        assert provider.authorise(payment(DECLINED), CHAIN, 5.0) == Declined()
        assert provider.authorise(payment(UNDECIDED), CHAIN, 5.0) == Undecided()
        assert provider.void(payment(890), CHAIN, 5.0) == Voided()
    with voided.serve(addr="127.0.0.1") as mock:
        provider = HttpPaymentProvider(str(mock.url), KEY.encode)
        assert provider.authorise(payment(890), CHAIN, 5.0) == Declined()
    for each in (pact, voided):
        each.write_file(tmp_path)
    keep_or_compare(tmp_path / "orders-api-payment-provider.json", record_property)
