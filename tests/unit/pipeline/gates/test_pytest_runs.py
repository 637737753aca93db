"""Pytest as a tool, run on small folders of tests: what it counted, where it failed, when it can't be trusted."""

from pathlib import Path

import pytest

from pipeline.cloud.bundle import IndexUnreachable
from pipeline.gates.context import GateBroke
from pipeline.gates.pytest_runs import Counted, as_part, files_of_tests, read_junit, run_tests, skips
from pipeline.record.verdict import Finding
from tests.unit.pipeline.gates.world import context, put


def ran(root: Path, **files: str) -> Counted:
    return run_tests(context(put(root, **files)), "unit", ["tests"])


def test_each_file_of_tests_is_found_once_and_paths_that_are_gone_or_hold_none_are_left_out(tmp_path: Path) -> None:
    put(tmp_path, tests__unit__a__test_a_dot_py="", tests__unit__helper_dot_py="", tests__empty__x_dot_py="")
    paths = ["tests/unit", "tests/empty", "tests/gone", "tests/unit/a/test_a.py", "tests/unit/helper.py"]
    assert files_of_tests(tmp_path, paths) == ["tests/unit/a/test_a.py"]


HELPER = """
def check(x):
    assert x == 1, 'x is not one'
"""
SOME_FAIL = """
import pytest
from helper import check

def test_good():
    check(1)

def test_bad_thing():
    check(2)

@pytest.mark.parametrize('n', [1, 2])
@pytest.mark.skip('no account')
def test_elsewhere(n): ...
"""


def test_what_failed_is_found_at_its_line_and_what_was_skipped_is_told_and_not_counted(tmp_path: Path) -> None:
    tests = ran(tmp_path, tests__helper_dot_py=HELPER, tests__test_a_dot_py=SOME_FAIL)
    assert (tests.passed, tests.ran) == (1, 2)
    (failure,) = tests.failures
    assert failure.where == "tests/helper.py:3"
    assert failure.what.startswith("test bad thing: AssertionError: x is not one")
    assert as_part("unit", tests).warnings == (Finding("2 skipped", "no account", severity="note"),)


def test_a_module_that_cannot_be_imported_is_a_failure_of_the_change(tmp_path: Path) -> None:
    tests = ran(tmp_path, tests__test_a_dot_py="import no_such_module\n")
    assert tests.passed == 0
    assert "No module named 'no_such_module'" in tests.failures[0].what


def test_what_hypothesis_has_parsed_outlasts_a_clean_folder(tmp_path: Path) -> None:
    text = """
from hypothesis import given, strategies as st

@given(st.integers())
def test_one(n): ...
"""
    counted = run_tests(
        context(put(tmp_path / "root", tests__test_a_dot_py=text), SLIPWAY_HOME=str(tmp_path)), "unit", ["tests"]
    )
    assert (counted.passed, counted.failures) == (1, ())
    assert any((tmp_path / "cache/hypothesis/constants").iterdir())
    assert not (tmp_path / "root/.hypothesis/constants").exists()


def test_garbage_is_sought_among_what_tests_make_and_not_among_what_was_there_before(tmp_path: Path) -> None:
    text = """
import gc
import weakref

class Ring:
    def __init__(self):
        self.me = self

def test_what_was_there():
    assert gc.get_freeze_count() > 10_000
    assert not any(each is Ring for each in gc.get_objects())

def test_what_is_made():
    assert gc.isenabled()
    left = weakref.ref(Ring())
    gc.collect()
    assert left() is None
"""
    counted = ran(tmp_path, tests__test_a_dot_py=text)
    assert (counted.passed, counted.failures) == (2, ())


@pytest.mark.parametrize(
    "conftest",
    [
        "collect_ignore = ['test_a.py']\n",
        "def pytest_ignore_collect(): return True\n",
        "def pytest_collection_modifyitems(items): items.clear()\n",
        "def pytest_collection_modifyitems(items): del items[0]\n",
    ],
)
def test_a_conftest_makes_no_test_vanish(tmp_path: Path, conftest: str) -> None:
    text = "def test_bad(): assert False\n\ndef test_good(): ...\n"
    counted = ran(tmp_path, tests__conftest_dot_py=conftest, tests__test_a_dot_py=text)
    assert (counted.passed, [failure.where for failure in counted.failures]) == (1, ["tests/test_a.py:1"])


def test_a_conftest_makes_no_failure_pass(tmp_path: Path) -> None:
    conftest = """
import pytest
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    report = yield
    report.outcome = "passed"
    return report
"""
    text = "def test_bad():\n    assert 1 == 2\n\ndef test_good(): ...\n"
    counted = ran(tmp_path, tests__conftest_dot_py=conftest, tests__test_a_dot_py=text)
    assert counted.passed == 1
    (failure,) = counted.failures
    assert "was reported as passed" in failure.what


@pytest.mark.parametrize(
    ("text", "why"),
    [("import nowhere.x\n", "ModuleNotFoundError: No module named 'nowhere'"), ("def broken(:\n", "SyntaxError")],
)
def test_a_conftest_that_cannot_be_loaded_is_the_change_s_failure_too(tmp_path: Path, text: str, why: str) -> None:
    counted = ran(tmp_path, tests__conftest_dot_py=text, tests__test_a_dot_py="def test_a(): ...\n")
    (failure,) = counted.failures
    assert failure.where == "tests/conftest.py:1"
    assert failure.what.startswith("could not be loaded: ")
    assert why in failure.what


def test_tests_that_end_pytest_by_themselves_are_our_failure_with_their_reason(tmp_path: Path) -> None:
    text = "import pytest\n\ndef test_a():\n    pytest.exit('no stage to test', returncode=3)\n"
    with pytest.raises(GateBroke, match=r"pytest ended with 3, not by its tests: .*no stage to test"):
        ran(tmp_path, tests__test_a_dot_py=text)


def test_pytest_that_dies_with_an_innocent_code_is_our_failure(tmp_path: Path) -> None:
    with pytest.raises(GateBroke, match="left no JUnit file"):
        ran(tmp_path, tests__test_a_dot_py="import os\n\ndef test_a():\n    os._exit(0)\n")


NO_INDEX = f"""
import pytest
from {IndexUnreachable.__module__} import BundleFailed, IndexUnreachable

@pytest.fixture(scope="session")
def zips():
    try:
        raise BundleFailed("uv exited with 2")
    except BundleFailed as failed:
        raise IndexUnreachable("the package index gave no answer: uv … exited with 2:\\nerror: dns") from failed

def test_one(zips): ...

def test_two(zips): ...

def test_bad():
    assert 1 == 2
"""


def test_tests_that_wait_for_an_index_that_does_not_answer_are_our_failure_beside_what_failed(tmp_path: Path) -> None:
    tests = ran(tmp_path, tests__test_a_dot_py=NO_INDEX)
    assert [failure.where for failure in tests.failures] == ["tests/test_a.py:17"]
    part = as_part("unit", tests)
    assert (part.checked, len(part.findings)) == (1, 1)
    assert part.broken == (
        "2 tests could not run: tests/test_a.py:10  the package index gave no answer: uv … exited with 2: error: dns"
    )


def test_tests_that_all_wait_for_an_index_are_no_interrupted_run(tmp_path: Path) -> None:
    text = f"from {IndexUnreachable.__module__} import IndexUnreachable\nraise IndexUnreachable('no answer')\n"
    assert ran(tmp_path, tests__test_a_dot_py=text).broken.startswith("1 test could not run: ")


def test_a_lock_that_asks_for_what_is_not_there_refuses_the_change(tmp_path: Path) -> None:
    text = NO_INDEX.replace("raise IndexUnreachable(", "raise BundleFailed(")
    tests = ran(tmp_path, tests__test_a_dot_py=text)
    assert (len(tests.failures), tests.broken) == (3, "")


def test_a_cut_file_is_our_failure(tmp_path: Path) -> None:
    with pytest.raises(GateBroke, match="JUnit file can't be read"):
        read_junit("<testsuites><test", tmp_path)


def test_a_worker_that_collects_other_tests_is_told_in_its_own_words(tmp_path: Path) -> None:
    case = '<testcase classname="" name="gw1" file="gw1"><error message="collection failure">Different tests</error>'
    tests = read_junit(f"<testsuites><testsuite>{case}</testcase></testsuite></testsuites>", tmp_path)
    assert tests.failures == (Finding("gw1:1", "gw1: Different tests"),)


def test_reasons_are_counted() -> None:
    skipped = [Finding("a", "no account"), Finding("b", "no account"), Finding("c", "slow")]
    assert [warning.where for warning in skips(skipped)] == ["2 skipped", "1 skipped"]
