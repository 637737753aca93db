"""Tests of what has changed come first, and end the others where they fail."""

from pathlib import Path, PurePosixPath

import pytest

from pipeline.gates import suite
from pipeline.gates.first_tests import STOPPED
from pipeline.gates.suite import Suite
from pipeline.gates.touched import is_about, touched_tests
from pipeline.record.verdict import Finding
from tests.unit.pipeline.gates.test_history import commit, git, repository
from tests.unit.pipeline.gates.world import context, put

__all__ = ["repository"]

TESTS = ("tests/unit/test_a.py", "tests/unit/test_b.py")
OF_A, OF_B = (f"from api.{name} import {name}\n\ndef test_{name}():\n    assert {name} == 1\n" for name in "ab")
SUITE = Suite(quick=("tests/unit",), slow=("tests/synth",), covers=("api",), workers=1)


@pytest.fixture
def source(repository: Path) -> Path:
    """A repository whose main holds two modules and their tests."""
    both = {"tests__unit__test_a_dot_py": OF_A, "tests__unit__test_b_dot_py": OF_B}
    (repository / "api").mkdir()
    (repository / "api/__init__.py").write_text("")
    commit(repository, "Two modules", api__a_dot_py="a = 1\n", api__b_dot_py="b = 1\n", **both)
    git(repository, "switch", "-q", "-c", "mine")
    return repository


@pytest.mark.parametrize(
    ("text", "touched"),
    [
        ("from api.domain.money import cents\n", True),
        ("from api.domain import money\n", True),
        ("from api.domain import (\n    orders,\n    money,\n)\n", True),
        ("import api.domain.money\n", True),
        ("from api.domain.moneys import cents\n", False),
        ("from api import domain\n", False),
        ("    from api.domain import money\n", False),
        ("# from api.domain import money\n", False),
    ],
)
def test_a_test_is_about_the_modules_that_it_imports(text: str, touched: bool) -> None:
    changed = frozenset({PurePosixPath("api/domain/money.py"), PurePosixPath("README.md")})
    assert is_about(PurePosixPath("tests/unit/test_it.py"), text, changed) is touched


def test_a_commit_touches_its_tests_and_those_of_its_modules(source: Path) -> None:
    commit(source, "Change b", api__b_dot_py="b = 2\n")
    assert touched_tests(context(source), TESTS) == ("tests/unit/test_b.py",)
    commit(source, "Change the test of a", tests__unit__test_a_dot_py=f"{OF_A}# more\n")
    assert touched_tests(context(source), TESTS) == TESTS


def test_so_does_what_is_not_committed_yet(source: Path) -> None:
    commit(source, "A page", page_dot_md="Words.")
    assert touched_tests(context(source), TESTS) == ()
    put(source, api__b_dot_py="b = 2\n")
    assert touched_tests(context(source), TESTS) == ("tests/unit/test_b.py",)
    put(source, tests__unit__test_c_dot_py="")
    assert touched_tests(context(source), ("tests/unit/test_c.py",)) == ("tests/unit/test_c.py",)


def test_a_build_is_told_the_change_and_nobody_knows_it_of_files_alone(source: Path, tmp_path: Path) -> None:
    commit(source, "Change b", api__b_dot_py="b = 2\n")
    files = put(tmp_path / "files", tests__unit__test_a_dot_py=OF_A, tests__unit__test_b_dot_py=OF_B)
    assert touched_tests(context(files), TESTS) == ()
    told = context(files, SLIPWAY_HISTORY=str(source), SLIPWAY_CHANGE="main..mine")
    assert touched_tests(told, TESTS) == ("tests/unit/test_b.py",)


def test_when_a_test_of_what_changed_fails_no_other_runs(source: Path) -> None:
    commit(source, "Break b", api__b_dot_py="b = 2\n")
    found = suite.gather_suite(context(source), SUITE)
    assert (found.checked, found.measured) == (1, {"failed": 1, "skipped": 0})
    assert [finding.where for finding in found.findings] == ["tests/unit/test_b.py:4"]
    assert found.warnings == (Finding("quick tests", STOPPED, severity="note"),)


def test_a_test_that_fails_without_having_to_do_with_the_change_hides_no_other(source: Path) -> None:
    put(source, tests__unit__test_a_dot_py=OF_A.replace("== 1", "== 3"))
    commit(source, "Break a on main")
    git(source, "branch", "-f", "main")
    commit(source, "Change b", api__b_dot_py="b = 1  # still\n")
    found = suite.gather_suite(context(source), SUITE)
    assert (found.checked, found.measured) == (2, {"failed": 1, "skipped": 0})
    assert found.warnings == ()
