"""Lines in batches: in their order, each once, no product twice in one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.batches import PRODUCTS, TOO_LONG, batches
from api.domain.lines import Line, lines
from api.domain.model import ProductDetails
from api.domain.money import Money
from api.domain.product_imports import Batch, Fault, Listed, Progress, Unlisted
from tests.unit.api.domain.examples import product

BAD = Unlisted("", "bad")


def details(name: str) -> ProductDetails:
    return ProductDetails(name, "", "tea", Money(1, "EUR"))


def read(content: bytes) -> Listed | Unlisted:
    """A line of `sku name`, or what is wrong with it."""
    sku, _, name = content.decode().partition(" ")
    return Listed(sku, details(name)) if name else BAD


def made(*content: str) -> list[Batch]:
    return list(batches(lines(["\n".join(content).encode()]), read))


def test_a_few_lines_are_one_batch() -> None:
    (batch,) = made("A x", "B y")
    assert batch == Batch(lines=2, end=7, listed={"A": details("x"), "B": details("y")})


def test_no_lines_are_no_batch() -> None:
    assert made("") == []


def test_a_product_that_comes_again_comes_into_the_next() -> None:
    first, second = made("A x", "B y", "A z")
    assert (first.lines, set(first.listed)) == (2, {"A", "B"})
    assert (second.lines, second.listed) == (1, {"A": details("z")})


def test_a_batch_is_full_when_its_products_are_as_many_as_a_transaction_takes() -> None:
    found = made(*(f"A{number} x" for number in range(PRODUCTS + 1)))
    assert [len(batch.listed) for batch in found] == [PRODUCTS, 1]
    assert PRODUCTS * 3 + 1 <= 100  # product, stock and event of each, and the import itself


def test_bad_lines_are_told_with_their_numbers_and_blank_ones_are_only_counted() -> None:
    (batch,) = made("A x", "", "bad", " ", "B y")
    assert (batch.lines, set(batch.listed), batch.faults) == (5, {"A", "B"}, (Fault(3, BAD),))


def test_bad_lines_alone_are_a_batch_too() -> None:
    (batch,) = made("bad", "bad")
    assert (batch.lines, len(batch.faults), batch.listed) == (2, 2, {})


def test_a_line_that_is_too_long_is_a_bad_one() -> None:
    (batch,) = batches([Line(7, None, 99)], read)
    assert batch == Batch(lines=1, end=99, faults=(Fault(7, TOO_LONG),))


@given(st.lists(st.sampled_from(["A x", "B x", "C x", "", "bad"]), max_size=120))
def test_every_line_is_in_one_batch(content: list[str]) -> None:
    file = "".join(f"{line}\n" for line in content).encode()
    found = list(batches(lines([file]), read))
    assert sum(batch.lines for batch in found) == len(content)
    assert sum(len(batch.listed) for batch in found) == sum(line not in ("", "bad") for line in content)
    assert sum(len(batch.faults) for batch in found) == content.count("bad")
    assert [batch.end for batch in found] == sorted({batch.end for batch in found})
    assert (found[-1].end if found else 0) == len(file)


@pytest.mark.parametrize("told", [0, 18, 20])
def test_an_import_tells_of_the_first_bad_lines_and_counts_all(told: int) -> None:
    before = Progress(30, 900, 1, 2, told, tuple(Fault(number, BAD) for number in range(told)))
    batch = Batch(4, 1_000, {}, tuple(Fault(100 + number, BAD) for number in range(4)))
    after = batch.after(before, [product(), product("MUG-1")])
    assert (after.lines, after.end, after.created, after.replaced, after.rejected) == (34, 1_000, 3, 2, told + 4)
    assert after.faults == (*before.faults, *batch.faults)[:20]
