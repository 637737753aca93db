"""Tests that are gone or skipped against the base release, and files that tools obey in secret."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.workflow.counted_code import Counted, counted_in, total
from pipeline.gates.workflow.rule import Look
from pipeline.gates.workflow.rules import settings_are_overshadowed, tests_are_gone
from pipeline.record.verdict import Finding
from tests.unit.pipeline.gates.workflow.world import made, product, texts
from tests.unit.pipeline.gates.world import TODAY

FEW = "tests/unit/api/test_few.py"
TWO = "def test_one():\n    assert 1\n\ndef test_two():\n    assert 2\n"
CODE = {FEW: TWO, "api/domain/few.py": "def one(): ...\ndef two(): ...\n", "tests/conftest.py": "import pytest\n"}


def found(now: Mapping[str, str], base: Mapping[str, str] = CODE) -> list[Finding]:
    look = Look(replace(made(texts()), code=now), replace(made(texts()), code=base), TODAY)
    return list(tests_are_gone.RULE.findings(look))


def test_the_same_tests_are_good_wherever_they_lie() -> None:
    assert found(CODE) == []
    renamed = {**CODE, "tests/unit/api/test_more.py": TWO}
    del renamed[FEW]
    assert found(renamed) == []


def test_two_tests_that_become_rows_of_one_are_as_many() -> None:
    rows = '@pytest.mark.parametrize("n", [1, 2])\ndef test_all(n):\n    assert n\n    assert n > 0\n'
    assert found({**CODE, FEW: rows}) == []


@pytest.mark.parametrize(
    "left", ["", "def test_one():\n    assert 1\n", TWO.replace("test_two", "check_two"), "class", "# " + TWO]
)
def test_fewer_tests_are_refused_while_the_code_is_no_less(left: str) -> None:
    (finding,) = found({**CODE, FEW: left})
    assert (finding.severity, finding.where) == ("high", f"{FEW}:1")
    assert "tests fewer than in the base release, and 0 functions" in finding.what


def test_fewer_rows_are_fewer_tests() -> None:
    rows = '@pytest.mark.parametrize("n", [1, 2, 3])\ndef test_all(n):\n    assert n\n'
    assert found({**CODE, FEW: rows.replace(", 3", "")}, {**CODE, FEW: rows})[0].severity == "high"


def test_tests_that_go_with_what_they_tried_are_told() -> None:
    (finding,) = found({**CODE, FEW: "", "api/domain/few.py": "def one(): ...\n"})
    assert finding.severity == "low"


@pytest.mark.parametrize(("rows", "severity"), [(25, "low"), (26, "high"), (1_000, "high")])
def test_no_more_tests_go_with_a_function_than_one_may_have(rows: int, severity: str) -> None:
    tried = f'@pytest.mark.parametrize("n", {list(range(rows))})\ndef test_all(n):\n    assert n\n'
    one_less = {**CODE, "api/domain/few.py": "def one(): ...\n"}
    assert [one.severity for one in found(one_less, {**CODE, FEW: TWO + tried})] == [severity]


def test_fewer_assertions_are_told() -> None:
    (finding,) = found({**CODE, FEW: TWO.replace("assert 2", "pass")})
    assert (finding.severity, finding.what) == ("low", "tests-are-gone 1 assertions fewer than in the base release")


@pytest.mark.parametrize(
    "text",
    ["@pytest.mark.skip\n", "@pytest.mark.skipif(True)\n", "@pytest.mark.xfail\n", "pytest.importorskip('nothing')\n",
     "__test__ = False\n",
     "pytest.exit('enough')\n", "pytest.exit('enough', 0)\n", "pytest.exit('enough', returncode=1)\n",
     "pytest.exit('enough', returncode=5)\n", "pytest.exit('enough', returncode=CODE)\n",
     "collect_ignore = ['x']\n", "pytestmark = pytest.mark.skip\n", "pytest.skip('later', allow_module_level=True)\n"],
)  # fmt: skip
def test_a_new_skip_is_refused(text: str) -> None:
    (finding,) = found({**CODE, FEW: text + TWO})
    assert finding.severity == "high"
    assert "1 more places that skip tests" in finding.what


@pytest.mark.parametrize("text", ["pytest.exit('no stage', returncode=3)\n", "pytest.exit('no stage', 4)\n"])
def test_a_run_that_ends_as_broken_skips_nothing_in_secret(text: str) -> None:
    assert found({**CODE, FEW: text + TWO}) == []


ROWS = '@pytest.mark.parametrize("n", [1, 2, 3, 4])\ndef test_all(n):\n    assert n\n'
HYPOTHESIS = "import hypothesis as h\nfrom hypothesis import given, given as g, settings\n"
PROPERTY = f"{HYPOTHESIS}@given(st.integers(1))\ndef test_all(n):\n    assert n\n"


def with_rows(now: str, rows: str = ROWS) -> list[tuple[str, str]]:
    return [(one.severity, one.what) for one in found({**CODE, FEW: TWO + now}, {**CODE, FEW: TWO + rows})]


@pytest.mark.parametrize(
    "given", ["given(st.integers(1))", "g(n=orders())", "h.given(NUMBERS)", "given(st.one_of(st.just(0), st.floats()))",
              "settings(max_examples=50)\n@given(st.text())", "given(st.data())",
              "given(n=...)"]
)  # fmt: skip
def test_rows_that_become_a_property_are_told(given: str) -> None:
    (told,) = with_rows(PROPERTY.replace("given(st.integers(1))", given))
    assert told == ("low", "tests-are-gone 3 rows fewer, of tests that are properties now")


@pytest.mark.parametrize(
    "given",
    ["given(st.just(1))", "given(st.sampled_from([1, 2]))", "given(1)",
     "given(st.tuples(st.booleans(), st.none()))", "given(st.one_of())",
     "other(st.integers(1))", "given(st.integers(1))\ndef test_more(n): ...\n@other"],
)  # fmt: skip
def test_rows_that_are_chosen_from_fewer_are_fewer_tests(given: str) -> None:
    told = with_rows(PROPERTY.replace("given(st.integers(1))", given))
    assert told[0][0] == "high"


def test_a_property_makes_up_for_its_own_rows_and_for_no_other_test() -> None:
    gone = TWO.partition("\n\n")[0]
    (lost, told) = found({**CODE, FEW: f"{gone}\n{PROPERTY}"}, {**CODE, FEW: TWO + ROWS})
    assert (lost.severity, told.severity) == ("high", "low")
    assert "1 tests fewer" in lost.what
    assert with_rows(PROPERTY.replace("test_all", "test_other"))[0][0] == "high"
    assert with_rows(ROWS.replace(", 4", "") + PROPERTY.replace("test_all", "test_b"), ROWS + PROPERTY)[0][0] == "high"


def test_a_property_makes_up_for_no_more_rows_than_it_makes_examples() -> None:
    many = ROWS.replace("[1, 2, 3, 4]", "range(150)")
    assert with_rows(PROPERTY, many)[0] == (
        "high",
        "tests-are-gone 49 tests fewer than in the base release, and 0 functions",
    )
    more = PROPERTY.replace("@given", "@settings(max_examples=200)\n@given")
    assert [severity for severity, _ in with_rows(more, many)] == ["low"]


def test_rows_of_what_is_a_property_already_are_not_made_up_for() -> None:
    both = ROWS.replace("def", "@given(st.integers(1))\ndef").replace("(n)", "(n, more)")
    assert with_rows(PROPERTY, HYPOTHESIS + both)[0][0] == "high"


def test_what_is_no_python_counts_nothing() -> None:
    assert counted_in("def (") == Counted()
    assert total({FEW: "def ("}, [FEW]) == Counted()


@given(st.lists(st.integers(1, 5), max_size=5))
def test_cases_are_the_rows_of_each_test(rows: list[int]) -> None:
    source = "".join(
        f"@pytest.mark.parametrize('n', {list(range(n))})\ndef test_{at}(n): ...\n" for at, n in enumerate(rows)
    )
    assert total({FEW: source}, [FEW]).cases == sum(rows)


@pytest.mark.parametrize(
    "path",
    ["pytest.ini", "tests/pytest.ini", "ruff.toml", "api/.ruff.toml", ".github/zizmor.yml", ".checkov.yaml",
     "sitecustomize.py", "conftest.py",
     "tox.ini", "mypy.ini", ".coveragerc", "setup.cfg", ".cfnlintrc"],
)  # fmt: skip
def test_a_file_that_a_tool_obeys_in_secret_is_refused(path: str) -> None:
    now = replace(product(), paths=(*product().paths, path))
    findings = list(settings_are_overshadowed.RULE.findings(Look(now, product(), TODAY)))
    assert [one.where for one in findings] == [f"{path}:1"]
    assert list(settings_are_overshadowed.RULE.findings(Look(now, now, TODAY))) == []
    assert list(settings_are_overshadowed.RULE.findings(Look(now, None, TODAY))) == []
