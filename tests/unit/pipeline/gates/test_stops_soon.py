"""A set of tests ends soon after one of them has failed, in all processes that share it."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from pipeline.gates.pytest_runs import STOPS_SOON, Counted, as_part, run_tests
from pipeline.gates.stops_soon import FAILED_AT, TOLD, StopsSoon
from tests.unit.pipeline.gates.world import LIMITED, context, put

MANY = """
import pytest

@pytest.mark.parametrize("n", range(40))
def test_it(n):
    assert n != 0
"""


class Process:
    """One of the processes, at `seconds` by the clock of all."""

    def __init__(self, told: Path) -> None:
        self.session = SimpleNamespace(shouldstop=False)
        self.seconds = 100.0
        self._watch = StopsSoon(cast("pytest.Session", self.session), told, lambda: self.seconds)

    def at(self, seconds: float, *, failed: bool = False) -> bool:
        """Whether it ends when a test of its own comes to its end then."""
        self.seconds = seconds
        self._watch.pytest_runtest_logreport(cast("pytest.TestReport", SimpleNamespace(failed=failed)))
        self._watch.pytest_runtest_logfinish()
        return bool(self.session.shouldstop)


def test_a_process_goes_on_until_some_seconds_after_the_first_failure(tmp_path: Path) -> None:
    one = Process(tmp_path / "told")
    assert [one.at(100), one.at(200, failed=True), one.at(214, failed=True), one.at(215.5)] == [
        False,
        False,
        False,
        True,
    ]


def test_what_failed_in_another_process_counts(tmp_path: Path) -> None:
    one, other = Process(tmp_path / "told"), Process(tmp_path / "told")
    assert [one.at(100), other.at(101, failed=True), one.at(110), one.at(117), other.at(117)] == [
        *(False, False, False),
        *(True, True),
    ]


def test_without_a_failure_none_ends(tmp_path: Path) -> None:
    one = Process(tmp_path / "told")
    assert not any([one.at(100), one.at(10_000)])


def ran(root: Path, workers: int, told: str | None) -> Counted:
    """Forty tests of which one fails, shared by so many processes; `told` is when a test failed before."""
    put(root, pyproject_dot_toml="", tests__test_many_dot_py=MANY)
    one = context(root, LIMITED)
    (one.out / "told").write_text(told or "") if told else None
    shared = ["-n", str(workers), "--dist", "worksteal"] if workers > 1 else []
    plugins = (STOPS_SOON, "xdist") if workers > 1 else (STOPS_SOON,)
    environ = {FAILED_AT: str(one.out / "told")}
    return run_tests(one, "many", ["tests/test_many.py"], plugins=plugins, options=shared, environ=environ)


@pytest.mark.parametrize("workers", [1, 2])
def test_all_processes_end_when_it_is_long_ago_and_it_is_told(tmp_path: Path, workers: int) -> None:
    tests = ran(tmp_path, workers, "0")
    assert (len(tests.failures), tests.stopped) == (1, True)
    assert tests.ran <= 2 * workers
    assert [note.what for note in as_part("slow tests", tests).warnings] == [TOLD]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_fails_a_moment_ago_ends_nothing(tmp_path: Path, workers: int) -> None:
    tests = ran(tmp_path, workers, None)
    assert (tests.ran, len(tests.failures), tests.stopped) == (40, 1, False)
