"""Keys sort and find as the access patterns need, and stay what they are: what lies there has no other."""

import inspect
from collections.abc import Mapping
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.adapters import keys
from api.adapters.sources import new_id

names = st.text(min_size=1, max_size=120)


@given(names)
def test_a_sort_key_fits_whatever_the_name(name: str) -> None:
    assert len(keys.product_in_category(name, "X" * 32).encode()) <= 1024


@given(st.text(st.characters(codec="ascii"), min_size=1), st.text(st.characters(codec="ascii")))
def test_a_name_is_found_by_its_beginning_in_any_case(beginning: str, rest: str) -> None:
    key = keys.product_in_category(beginning + rest, "TEA-100")
    assert key.startswith(keys.product_name(beginning.upper()))
    assert key.startswith(keys.product_name(beginning.lower()))


@pytest.mark.parametrize(
    ("kept", "asked"), [("straße", "STRASSE"), ("STRASSE", "straß"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("ﬁg", "FIG")]
)
def test_cases_that_are_more_than_one_letter_each_are_one_name(kept: str, asked: str) -> None:
    assert keys.product_in_category(kept, "TEA-1").startswith(keys.product_name(asked))


def test_accents_written_in_two_ways_are_one_name() -> None:
    assert keys.product_name("Cafe\u0301") == keys.product_name("CAF\u00c9")


def test_lines_sort_as_they_count() -> None:
    lines = [keys.order_line("1", number)["SK"] for number in range(1, 21)]
    assert lines == sorted(lines)


def test_an_orders_lines_and_meta_lie_apart_from_its_reservations() -> None:
    assert keys.FIRST_OF_ORDER < keys.order_line("1", 20)["SK"] < keys.META < keys.reservation("1", "A")["SK"]


def test_ids_sort_by_time_and_never_repeat() -> None:
    made = [new_id() for _ in range(500)]
    assert [made_id[:10] for made_id in made] == sorted(made_id[:10] for made_id in made)
    assert len(set(made)) == 500


ORDER: Final = "ORD#ID"
KEPT: Final[Mapping[str, tuple[tuple[str | int, ...], str]]] = {
    "product": (("SKU",), "PROD#SKU META"),
    "stock": (("SKU",), "PROD#SKU STOCK"),
    "category": (("tea",), "CAT#tea"),
    "product_name": (("Earl Grey",), "NAME#earl grey"),
    "product_in_category": (("Earl Grey", "SKU"), "NAME#earl grey#SKU"),
    "order": (("ID",), f"{ORDER} META"),
    "order_line": (("ID", 7), f"{ORDER} ITEM#07"),
    "reservation": (("ID", "SKU"), f"{ORDER} RES#SKU"),
    "payment": (("ID", "PAYMENT"), f"{ORDER} PAY#PAYMENT"),
    "parcel": (("ID", 1), f"{ORDER} PARCEL#01"),
    "tracked": (("northway", "NW1"), "TRK#northway#NW1 SHIP"),
    "scan": (("ID", "NW1", "SCAN"), f"{ORDER} SCAN#NW1#SCAN"),
    "carrier_client": (("client",), "CARRIER#client META"),
    "provider_reference": (("PSP-1",), "PSP#PSP-1 PAY"),
    "awaiting_reference": (("PAYMENT",), "PAY#PAYMENT PAY"),
    "shard": (("01JDA7C0R0000000000000000V",), "7"),
    "customer": (("ann",), "OWNER#CUST#ann"),
    "customer_order": (("ID",), ORDER),
    "profile": (("ann",), "CUST#ann PROFILE"),
    "preferences": (("ann",), "CUST#ann PREFS"),
    "standing": (("ann",), "CUST#ann STANDING"),
    "email": (("digest",), "EMAIL#digest"),
    "claim": (("ID", "CLAIM"), f"{ORDER} CLAIM#CLAIM"),
    "photograph": (("ID", "CLAIM", "door.jpg"), f"{ORDER} CLAIM#CLAIM#PHOTO#door.jpg"),
    "product_import": (("ID",), "IMPORT#ID META"),
    "invoice": (("ID",), f"{ORDER} INVOICE"),
    "invoice_series": ((2026,), "INVOICES#2026 META"),
    "step": (("ID", "2026-11-23T12:00:00.000Z", 2, "EVENT"), f"{ORDER} STEP#2026-11-23T12:00:00.000Z#02#EVENT"),
    "partner": (("acme",), "PARTNER#acme META"),
    "partner_order": (("acme", "ID"), f"PARTNER#acme {ORDER}"),
    "client": (("client",), "CLIENT#client"),
    "receipt": (("digest",), "RECEIPT#digest META"),
    "event": (("EVENT",), "EVENT#EVENT META"),
    "handled": (("mail", "EVENT"), "HANDLED#mail#EVENT META"),
    "turn": (("mail", "EVENT"), "TURN#mail#EVENT META"),
}
"""Each key of api/adapters/keys.py: of what it is made, and as it stands in the table.

Whatever was put there before a release lies under the old one, and is lost to who asks for another. How a name is
changed all the same: the beginning of tests/unit/api/handlers/every/test_kept_keys.py.
"""


@pytest.mark.parametrize("name", KEPT)
def test_what_was_kept_before_is_found_under_the_same_key(name: str) -> None:
    parts, lies = KEPT[name]
    key = getattr(keys, name)(*parts)
    assert (key if isinstance(key, str) else " ".join(key.values())) == lies


def test_every_key_is_among_those_that_stay() -> None:
    made = {name for name, _ in inspect.getmembers(keys, inspect.isfunction) if not name.startswith("_")}
    assert made == KEPT.keys()
