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
     "collect_ignore = ['x']\n", "pytestmark = pytest.mark.skip\n", "pytest.skip('later', allow_module_level=True)\n"],
)  # fmt: skip
def test_a_new_skip_is_refused(text: str) -> None:
    (finding,) = found({**CODE, FEW: text + TWO})
    assert finding.severity == "high"
    assert "1 more places that skip tests" in finding.what


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
