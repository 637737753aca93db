"""Tests of which cells there are, and how they are chosen."""

import pytest

from tests.bench.canary.cells import CELLS, NoSuchCell, chosen, named


def test_no_two_cells_have_a_name() -> None:
    assert len({cell.name for cell in CELLS}) == len(CELLS)


def test_without_a_name_all_are_chosen() -> None:
    assert chosen([]) == CELLS


def test_a_name_chooses_one_cell_or_all_below_it() -> None:
    assert [cell.name for cell in chosen(["thrown-5/linear/10"])] == ["thrown-5/linear/10"]
    assert [cell.name for cell in chosen(["thrown-1/linear"])] == [
        "thrown-1/linear/1", "thrown-1/linear/10", "thrown-1/linear/100", "thrown-1/linear/1000",
    ]  # fmt: skip
    assert {cell.situation.name for cell in chosen(["zero-0", "thrown-1"])} == {"zero-0", "thrown-1"}


@pytest.mark.parametrize("name", ["nope", "thrown", "thrown-5/nope", "thrown-5/linear/11", ""])
def test_a_name_of_no_cell_is_told_with_what_there_is(name: str) -> None:
    with pytest.raises(
        NoSuchCell, match=rf"there is no cell {name}: .* situations are healthy, healthy-5xx, incident, "
    ):
        chosen(["healthy", name])


def test_a_cell_is_found_by_its_name() -> None:
    assert named("healthy/canary/1") is chosen(["healthy/canary/1"])[0]
