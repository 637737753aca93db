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
