"""Every row says what does it and what proves it, or says that it is open."""

from pathlib import Path

import pytest

from tests.requirements.rows import Row, defined_in, is_there, rows

LETTERS = {
    "A": (1, 2, *range(4, 13)),
    "B": (1, 2, 3, 4, 5, 6, 8, 9, 10, 12),
    "C": tuple(range(1, 12)),
    "D": (1, 2, 3, 4, 8),
    "E": tuple(range(1, 12)),
    "F": tuple(range(1, 10)),
    "G": tuple(range(1, 9)),
    "I": tuple(range(1, 10)),
    "K": (6, 7, 8),
    "L": (3, 6, 11, 12),
    "M": tuple(range(1, 8)),
    "N": tuple(range(1, 6)),
    "O": tuple(range(1, 9)),
    "P": tuple(range(1, 9)),
    "T": (1, 3),
}


def test_no_row_is_left_out() -> None:
    assert list(rows()) == [f"{letter}{number}" for letter, numbers in LETTERS.items() for number in numbers]


@pytest.mark.parametrize(("name", "row"), rows().items(), ids=rows().keys())
def test_what_a_row_names_is_there(name: str, row: Row) -> None:
    assert [place for place in (*row.code, *row.proof) if not is_there(place)] == [], name


@pytest.mark.parametrize(("name", "row"), rows().items(), ids=rows().keys())
def test_a_row_that_claims_anything_names_its_code_and_its_proof(name: str, row: Row) -> None:
    claims = row.state != "open"
    assert (bool(row.code), bool(row.proof)) == (claims, claims), name
    assert bool(row.why) == (row.state in ("partly", "account")), name


def test_a_proof_is_a_test() -> None:
    proofs = [place for row in rows().values() for place in row.proof]
    assert [place for place in proofs if not place.startswith("tests/")] == []
    assert [place for place in proofs if "::" in place and not place.partition("::")[2].startswith("test_")] == []


def test_a_place_that_is_gone_is_noticed(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("A = 1\nB: int = 2\n\nclass C:\n    def d(self): ...\n\ndef e(): ...\n")
    assert defined_in(module) == {"A", "B", "C", "C.d", "e"}
    assert is_there("api/needs.py::NEEDS")
    assert not is_there("api/needs.py::WISHES")
    assert not is_there("api/nowhere.py")
