"""A partner of each plan at full rate must find room in the functions and in the table."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.plan.capacity import PARTNER_SECONDS, PARTNER_UNITS, Backing, shortfalls

RATES = {"basic": 100, "enterprise": 2_000}
ENOUGH = Backing(concurrency=210, table_units=2_100)


def test_what_just_fits_is_enough() -> None:
    assert shortfalls(RATES, ENOUGH) == ()


@pytest.mark.parametrize(
    ("less", "sentence"),
    [
        ({"concurrency": 209}, "partners of each plan need 210 functions at once, 209 are reserved"),
        ({"table_units": 2_099}, "partners of each plan read 2,100 units per second, the table gives 2,099"),
    ],
)
def test_one_less_of_anything_is_told(less: dict[str, int], sentence: str) -> None:
    assert shortfalls(RATES, replace(ENOUGH, **less)) == (sentence,)


@given(
    st.dictionaries(st.text(), st.integers(1, 10_000), max_size=5),
    st.builds(Backing, st.integers(0, 5_000), st.integers(0, 50_000)),
)
def test_nothing_is_told_exactly_where_everything_fits(rates: dict[str, int], backing: Backing) -> None:
    together = sum(rates.values())
    fits = together * PARTNER_SECONDS <= backing.concurrency and together * PARTNER_UNITS <= backing.table_units
    assert (shortfalls(rates, backing) == ()) is fits
