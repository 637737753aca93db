"""Keys sort and find as the access patterns need."""

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
