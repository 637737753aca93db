"""Tests of what has changed come first, and end the others where they fail."""

from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from pipeline.gates import suite
from pipeline.gates.suite import Suite
from pipeline.gates.touched import is_about, touched_tests
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.gates.test_history import commit, git, repository
from tests.unit.pipeline.gates.world import context, put

__all__ = ["repository"]

TESTS = ("tests/unit/test_a.py", "tests/unit/test_b.py")
OF = {
    name: f"from api.{name} import {name}\n\ndef test_{name}():\n    assert {name} == 1\n"
    for name in ("a", "b", "c", "d")
}
SUITE = Suite(quick=("tests/unit",), slow=("tests/synth",), covers=("api",), workers=1)


@pytest.fixture
def source(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose main holds four modules and their tests, one of them slow."""
    monkeypatch.setattr(suite, "WORKERS", 1)  # in one process: these tests are about the order
    (repository / "api").mkdir()
    (repository / "api/__init__.py").write_text("")
    for name, text in OF.items():
        put(repository, **{f"api__{name}_dot_py": f"{name} = 1\n"})
        put(repository, **{f"tests__{'synth' if name == 'd' else 'unit'}__test_{name}_dot_py": text})
    commit(repository, "Four modules")
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
        ("from . import helpers\n", True),
        ("from .helpers import help_it\n", True),
        ("from .. import helpers\n", False),
        ("from ..unit.helpers import help_it\n", True),
        ("from ........ import helpers\n", False),
        ("from . \nimport\n", False),
    ],
)
def test_a_test_is_about_the_modules_that_it_imports(text: str, touched: bool) -> None:
    changed = frozenset(map(PurePosixPath, ("api/domain/money.py", "tests/unit/helpers.py", "README.md")))
    assert is_about(PurePosixPath("tests/unit/test_it.py"), text, changed) is touched


def test_a_commit_touches_its_tests_and_those_of_its_modules(source: Path) -> None:
    commit(source, "Change b", api__b_dot_py="b = 2\n")
    assert touched_tests(context(source), TESTS) == ("tests/unit/test_b.py",)
    commit(source, "Change the test of a", tests__unit__test_a_dot_py=OF["a"] + "# more\n")
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
    files = put(tmp_path / "files", tests__unit__test_a_dot_py=OF["a"], tests__unit__test_b_dot_py=OF["b"])
    assert touched_tests(context(files), TESTS) == ()
    told = context(files, SLIPWAY_HISTORY=str(source), SLIPWAY_CHANGE=f"{DELIVERY.source.branch}..mine")
    assert touched_tests(told, TESTS) == ("tests/unit/test_b.py",)


def test_a_history_that_can_not_be_read_is_no_reason_to_ask_no_test(source: Path) -> None:
    told = context(source, SLIPWAY_HISTORY=str(source), SLIPWAY_CHANGE="nowhere..mine")
    assert touched_tests(told, TESTS) == ()


def test_when_a_test_of_what_changed_fails_no_other_runs(source: Path) -> None:
    commit(source, "Break b", api__b_dot_py="b = 2\n")
    found = suite.gather_suite(context(source), SUITE)
    assert [(part.tool, part.checked) for part in found.parts] == [(suite.FIRST, 1)]
    assert [finding.where for finding in found.findings] == ["tests/unit/test_b.py:4"]
    assert (found.measured, found.unmeasured) == ({"failed": 1, "skipped": 0}, {"lines": suite.STOPPED})


def test_when_they_pass_the_others_follow_and_none_runs_twice(source: Path) -> None:
    commit(source, "Change b", api__b_dot_py="b = 1  # still\n")
    found = suite.gather_suite(context(source), SUITE)
    assert [(part.tool, part.checked) for part in found.parts] == [
        (suite.FIRST, 1),
        (suite.QUICK, 2),
        (suite.SLOW, 1),
    ]
    assert found.measured == {"failed": 0, "skipped": 0, "lines": 100.0}


def test_a_change_that_touches_most_tests_has_no_first_ones(source: Path) -> None:
    commit(source, "Change both", api__a_dot_py="a = 1  # still\n", api__b_dot_py="b = 1  # still\n")
    assert [one.name for one in suite.sets_of(context(source), SUITE)] == [suite.QUICK, suite.SLOW]


def test_a_set_of_which_every_file_comes_first_is_not_missed_and_one_without_a_file_is(source: Path) -> None:
    commit(source, "Change what a slow test asks", api__d_dot_py="d = 1  # still\n")
    assert [one.name for one in suite.sets_of(context(source), SUITE)] == [suite.FIRST, suite.QUICK]
    (source / "tests/synth/test_d.py").unlink()
    put(source, api__b_dot_py="b = 1  # still\n")
    assert suite.sets_of(context(source), SUITE)[-1] == suite.Set(suite.SLOW, (), 1)


@pytest.mark.parametrize(("alone", "workers"), [(1, 1), (0, 2)])
def test_many_first_ones_are_shared_as_the_others_are(
    alone: int, workers: int, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suite, "ALONE", alone)
    commit(source, "Change b", api__b_dot_py="b = 1  # still\n")
    assert suite.sets_of(context(source), replace(SUITE, workers=2))[0].workers == workers
