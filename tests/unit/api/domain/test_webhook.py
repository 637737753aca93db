"""What the payment provider tells: believed by its signature alone, and for five minutes."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.payment import Authorised, Declined
from api.domain.webhook import WINDOW, Disbelieved, Doubt, Said, Told, believed, signature
from tests.support.payment_provider.webhook import signed
from tests.unit.api.domain.examples import NOON, PAYMENT_ID

KEY = b"k" * 64
SECONDS = int(NOON.timestamp())
NEWS = {"id": "evt-00000001", "type": "payment.authorised", "payment_id": PAYMENT_ID, "reference": "PSP-1"}


def said(body: str, by: bytes = KEY, at: int = SECONDS) -> Said:
    return Said(body, signature(by, at, body), NOON)


def doubt(of: Said) -> Doubt:
    with pytest.raises(Disbelieved) as disbelieved:
        believed(of, KEY)
    return disbelieved.value.doubt


def test_what_the_provider_signed_is_believed() -> None:
    assert believed(said(json.dumps(NEWS)), KEY) == Told("evt-00000001", PAYMENT_ID, Authorised("PSP-1"))
    declined = {**NEWS, "type": "payment.declined"}
    assert believed(said(json.dumps(declined)), KEY).answer == Declined()


def test_our_reading_of_the_signature_is_the_providers() -> None:
    body = json.dumps(NEWS)
    assert signed(KEY, body.encode(), SECONDS)["X-Provider-Signature"] == signature(KEY, SECONDS, body)


def test_a_kind_that_nobody_knows_here_is_believed_and_of_no_matter() -> None:
    assert believed(said(json.dumps({**NEWS, "type": "payment.refunded"})), KEY).answer is None


@given(st.text(max_size=50), st.binary(min_size=1, max_size=80).filter(lambda key: key.rstrip(b"\0") != KEY))
def test_another_key_signs_nothing(body: str, key: bytes) -> None:
    assert doubt(said(body, by=key)) is Doubt.FORGED


@given(st.integers(0, 400), st.sampled_from('0123456789abcdef \n"é'))
def test_a_changed_byte_is_noticed(place: int, letter: str) -> None:
    body = json.dumps(NEWS)
    at = place % len(body)
    changed = body[:at] + letter + body[at + 1 :]
    if changed != body:
        assert doubt(Said(changed, signature(KEY, SECONDS, body), NOON)) is Doubt.FORGED


@given(st.text(max_size=90))
def test_whatever_else_is_called_a_signature_is_none(text: str) -> None:
    assert doubt(Said("{}", text, NOON)) is Doubt.FORGED


def test_another_time_under_the_same_digest_is_forged() -> None:
    body = json.dumps(NEWS)
    later = signature(KEY, SECONDS, body).replace(str(SECONDS), str(SECONDS + 1))
    assert doubt(Said(body, later, NOON)) is Doubt.FORGED


@pytest.mark.parametrize("side", [1, -1])
def test_a_signature_is_good_for_five_minutes_and_no_longer(side: int) -> None:
    window = side * int(WINDOW.total_seconds())
    assert believed(said(json.dumps(NEWS), at=SECONDS + window), KEY).id == NEWS["id"]
    assert doubt(said(json.dumps(NEWS), at=SECONDS + window + side)) is Doubt.OLD


def test_the_window_is_held_against_the_arrival_and_not_against_the_reading() -> None:
    body = json.dumps(NEWS)
    days_later = Said(body, signature(KEY, SECONDS, body), NOON + timedelta(days=1))
    assert doubt(days_later) is Doubt.OLD


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        json.dumps({**NEWS, "id": 5}),
        json.dumps({**NEWS, "id": "short"}),
        json.dumps({**NEWS, "payment_id": "PAY-1"}),
        json.dumps({**NEWS, "reference": None}),
        json.dumps({**NEWS, "reference": "x" * 65}),
        json.dumps({key: value for key, value in NEWS.items() if key != "reference"}),
    ],
)
def test_what_is_signed_and_makes_no_sense_is_not_looked_at(body: str) -> None:
    assert doubt(said(body)) is Doubt.UNREADABLE
