"""E-mail addresses as index keys that say nothing without the secret."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.adapters.blind_index import BlindIndex

INDEX = BlindIndex(lambda: b"k" * 64)


@pytest.mark.parametrize("written", ["Ann@Example.com", "ann@example.com ", "ANN@EXAMPLE.COM"])
def test_an_address_has_one_key_however_it_is_written(written: str) -> None:
    assert INDEX.of_email(written) == INDEX.of_email("ann@example.com")


@given(st.emails(), st.emails())
@settings(max_examples=25)  # an address takes long to make up
def test_other_addresses_have_other_keys(one: str, other: str) -> None:
    assert (INDEX.of_email(one) == INDEX.of_email(other)) == (one.lower() == other.lower())


def test_another_secret_makes_other_keys() -> None:
    assert BlindIndex(lambda: b"o" * 64).of_email("ann@example.com") != INDEX.of_email("ann@example.com")


@given(st.integers(0, len("ann@example.com")), st.sampled_from("+-._~'a0ä"), st.text("+.-x1", max_size=3))
def test_an_address_with_anything_more_in_it_is_another_one(place: int, more: str, rest: str) -> None:
    address = "ann@example.com"
    other = address[:place] + more + rest + address[place:]
    assert INDEX.of_email(other) != INDEX.of_email(address)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann+tea@example.com", "ann@example.com"),
        ("ann+tea@example.com", "ann+mugs@example.com"),
        ("ann-tea@example.com", "ann@example.com"),
        ("an.n@gmail.com", "ann@gmail.com"),
        ("ann@googlemail.com", "ann@gmail.com"),
        ("ann@mail.example.com", "ann@example.com"),
        ("ann@example.com.", "ann@example.com"),
        ("ann(office)@example.com", "ann@example.com"),
        ("änn@example.com", "ann@example.com"),
    ],
)
def test_what_may_be_somebody_elses_mailbox_is_another_address(one: str, other: str) -> None:
    assert INDEX.of_email(one) != INDEX.of_email(other)


def test_keys_that_are_in_the_table_already_stay_what_they_are() -> None:
    """A key that is made in another way than those before finds nobody who has told the address before."""
    known = {
        "ann@example.com": "2d9457e6d9734793d60a450317707ffcd2a3e3bb557c38164f8eaaf6e2473672",
        " Ann+Tea@Example.COM ": "c601caca7566c2024048f8a5e976b76920d157592ebfee85a9c16ae1acb54e65",
    }
    assert {address: INDEX.of_email(address) for address in known} == known
