"""How many tests there are where the rows of their parameters have a name."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from pipeline.gates.workflow.rows import cases_in, touched
from pipeline.gates.workflow.rule import Look
from pipeline.gates.workflow.rules import tests_are_gone
from pipeline.record.verdict import Finding
from tests.unit.pipeline.gates.workflow.world import made, texts
from tests.unit.pipeline.gates.world import TODAY

FILE, OTHER, THIRD = "tests/unit/test_it.py", "tests/support/tokens.py", "tests/support/more.py"
BAD = 'BAD = {"unsigned": 1, "old": 2, "foreign": 3}\n'
TRIED = '@pytest.mark.parametrize("name", {})\ndef test_it(name): ...\n'


def found(now: Mapping[str, str], base: Mapping[str, str]) -> list[Finding]:
    look = Look(replace(made(texts()), code=now), replace(made(texts()), code=base), TODAY)
    return list(tests_are_gone.RULE.findings(look))


@pytest.mark.parametrize(
    ("rows", "cases"),
    [
        ("BAD", 3), ("BAD.items()", 3), ("sorted(BAD)", 3), ("[*BAD]", 3), ("[*BAD, 'more']", 4),
        ("list(BAD.keys())", 3),
        ("{**BAD, 'more': 4}", 4), ("BAD, ids=str", 3), ("argvalues=BAD", 3), ("[(one, 1) for one in BAD]", 3),
        ("[one for one in BAD if one]", 2), ("[(x, y) for x in BAD for y in BAD]", 9), ("product(BAD, [1, 2])", 6),
        ("BAD | {'more': 1}", 4), ("list(BAD) + ['more']", 4), ("list(BAD)[1:]", 2), ("list(BAD)[:2]", 2),
        ("list(BAD)[:-1]", 2), ("set(BAD) - {'old', 'foreign'}", 1), ("filter(None, BAD)", 2), ("map(str, BAD)", 3),
        ("range(4)", 4), ("range(2, 4)", 2), ("range(N)", 1), ("'abc'", 3), ("'a few words'.split()", 3), ("[]", 0),
        ("unknown()", 1), ("chain(BAD, BAD)", 6), ("dict(a=1, b=2)", 2), ("zip(BAD, BAD)", 3), ("BAD[2:3]", 1),
        ("BAD[:]", 3),
    ],
)  # fmt: skip
def test_rows_are_counted_as_far_as_they_are_written_down(rows: str, cases: int) -> None:
    assert cases_in({FILE: BAD + TRIED.format(rows)}, FILE) == cases


@pytest.mark.parametrize(
    ("before", "cases"),
    [
        ("BAD['more'] = 4\n", 4), ("del BAD['old']\n", 2), ("BAD.pop('old')\n", 2), ("BAD.clear()\n", 0),
        ("BAD |= {'more': 4}\n", 4), ("BAD.update({'more': 4})\n", 4), ("BAD = [1]\n", 1),
        ("BAD: list[int] = [1]\n", 1),
        ("NONE = []\nif True:\n    BAD = [1, 2]\n", 2), ("FEW = [1]\nFEW.append(2)\nBAD = FEW\n", 2),
    ],
)  # fmt: skip
def test_a_name_holds_what_it_was_given_last(before: str, cases: int) -> None:
    assert cases_in({FILE: BAD + before + TRIED.format("BAD")}, FILE) == cases


def test_classes_fixtures_and_marks_with_a_name_have_rows_too() -> None:
    each = "each = pytest.mark.parametrize('name', BAD)\n"
    of_class = f"{BAD}{each}@each\nclass TestIt:\n    @each\n    def test_it(self): ...\n    def test_more(self): ...\n"
    assert cases_in({FILE: of_class}, FILE) == 12
    assert cases_in({FILE: f"{BAD}@pytest.fixture(params=BAD)\ndef name(): ...\ndef test_it(name): ...\n"}, FILE) == 4


@pytest.mark.parametrize(
    ("line", "rows"),
    [
        ("from tests.support.tokens import BAD\n", "BAD"),
        ("from tests.support.tokens import BAD as ALL\n", "sorted(ALL)"),
        ("from tests.support.tokens import (\n    BAD,\n)\n", "BAD.items()"),
        ("from tests.support import tokens\n", "tokens.BAD"),
        ("import tests.support.tokens\n", "tests.support.tokens.BAD"),
        ("from tests.support.tokens import BAD\nMINE = [*BAD, 1]\n", "MINE"),
        ("from tests.support.more import EVEN\n", "EVEN"),
    ],
)
def test_a_list_that_is_imported_and_lost_an_element_is_one_test_less(line: str, rows: str) -> None:
    base = {FILE: line + TRIED.format(rows), OTHER: BAD, THIRD: "from tests.support.tokens import BAD\nEVEN = [*BAD]\n"}
    now = {**base, OTHER: BAD.replace('"old": 2, ', "")}
    (finding,) = found(now, base)
    assert (finding.severity, finding.where) == ("high", f"{FILE}:1")
    assert "1 tests fewer than in the base release, and 0 functions" in finding.what
    assert found(base, base) == []


def test_a_named_list_that_lost_an_element_is_one_test_less() -> None:
    base = {FILE: BAD + TRIED.format("BAD")}
    (finding,) = found({FILE: base[FILE].replace('"unsigned": 1, ', "")}, base)
    assert finding.severity == "high"


def test_a_list_that_gets_a_name_or_moves_is_as_many_tests() -> None:
    base = {FILE: TRIED.format("['unsigned', 'old', 'foreign']")}
    named = {FILE: BAD + TRIED.format("BAD")}
    moved = {FILE: "from tests.support.tokens import BAD\n" + TRIED.format("BAD"), OTHER: BAD}
    for now, before in ((named, base), (moved, named), (base, moved)):
        assert found(now, before) == []


def test_only_files_that_take_a_name_which_holds_another_number_are_counted_again() -> None:
    base = {FILE: "from tests.support.tokens import BAD\n", OTHER: BAD, THIRD: "BAD = 1\n"}
    same = {**base, OTHER: BAD + "def more(): ...\n"}
    fewer = {**base, OTHER: "BAD = {}\n"}
    assert touched(base, same, {OTHER}) == set()
    assert touched(base, fewer, {OTHER}) == {FILE}


def test_files_that_take_from_each_other_have_an_end() -> None:
    code = {FILE: "from tests.support.more import A\n" + TRIED.format("A"),
            OTHER: "from tests.support.more import A\n", THIRD: "from tests.support.tokens import A\n"}  # fmt: skip
    assert cases_in(code, FILE) == 1
