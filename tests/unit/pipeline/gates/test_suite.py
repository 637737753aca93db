"""A suite: pure tests first, and what the coverage says."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.gates import suite
from pipeline.gates.context import GateBroke
from pipeline.gates.judge import Asked, judge
from pipeline.gates.pacts import verification
from pipeline.gates.part import Part
from pipeline.gates.pytest_runs import files_of_tests
from pipeline.gates.selftest import TOOLS
from pipeline.gates.unit import DELIVERED, JUDGE
from pipeline.plan.delivery import UNIT
from pipeline.plan.model import Limit
from pipeline.record.verdict import Finding, Outcome
from tests.unit.pipeline.gates.world import context, put

PROJECT = """
[tool.coverage.run]
branch = true
source = ["api"]
"""
API = "def half(n):\n    return n // 2\n\ndef unreached():\n    return 1\n"
GOOD = "from api.x import half\n\ndef test_half():\n    assert half(4) == 2\n"
SUITE = suite.Suite(quick=("tests/unit",), slow=("tests/synth",), covers=("api",), workers=1)
ROOT = Path(__file__).parents[4]
BAD = "from api.x import half\n\ndef test_half():\n    assert half(4) == 3\n"


def project(root: Path, fast: str) -> Path:
    return put(
        root,
        pyproject_dot_toml=PROJECT,
        api____init___dot_py="",
        api__x_dot_py=API,
        tests__unit__test_x_dot_py=fast,
        tests__synth__test_y_dot_py="from api.x import unreached\n\ndef test_it():\n    assert unreached() == 1\n",
    )


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(suite, "WORKERS", 1)  # in one process: these tests are about the order and the counts
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "__init__.py").write_text("")
    return tmp_path


def test_no_test_of_this_project_is_asked_by_no_gate() -> None:
    suites = (*DELIVERED.quick, *DELIVERED.slow, *TOOLS.quick, *TOOLS.slow)
    live = ("tests/integration", "tests/smoke")  # asked of a stage that stands
    assert set(files_of_tests(ROOT, (*suites, *live, verification.TESTS))) == set(files_of_tests(ROOT, ("tests",)))


def test_all_of_the_judge_that_is_delivered_is_asked_of_every_release() -> None:
    delivered = {path.stem for path in (ROOT / "pipeline/judge").glob("[a-z]*.py")} - {"sight"}
    assert {Path(name).stem.removeprefix("test_") for name in JUDGE} == delivered


def test_both_sets_of_tests_count_for_the_coverage(source: Path) -> None:
    evidence = suite.gather_suite(context(project(source, GOOD)), SUITE)
    assert evidence.measured == {"failed": 0, "skipped": 0, "lines": 100.0}
    assert (evidence.checked, evidence.summary, evidence.broken) == (2, "2 passed, 100.0 % lines", ())


def test_when_a_fast_test_fails_nothing_slower_starts(source: Path) -> None:
    evidence = suite.gather_suite(context(project(source, BAD)), SUITE)
    assert evidence.measured == {"failed": 1, "skipped": 0}
    assert evidence.unmeasured == {"lines": suite.STOPPED}
    assert [finding.where for finding in evidence.findings] == ["tests/unit/test_x.py:4"]
    assert not (source / ".slipway/out" / "slow-tests.junit.xml").exists()


def test_when_the_last_test_fails_no_lines_are_counted(source: Path) -> None:
    project(source, GOOD)
    (source / "tests/synth/test_y.py").write_text(BAD)
    evidence = suite.gather_suite(context(source), SUITE)
    assert (evidence.summary, evidence.unmeasured) == ("1 passed, 1 failed", {"lines": suite.STOPPED})


def test_a_slow_set_ends_soon_after_a_failure_but_not_for_one_of_an_earlier_run(source: Path) -> None:
    project(source, GOOD)
    (source / "tests/synth/test_y.py").write_text(BAD)
    one = context(source)
    told = one.out / "slow-tests.failed-at"
    told.write_text("0")
    suite.gather_suite(one, SUITE)
    assert float(told.read_text()) > 0


@pytest.mark.parametrize("left", [None, ""])
def test_a_quick_set_without_a_test_is_the_change_s_failure_and_ends_there(source: Path, left: str | None) -> None:
    project(source, left or "")
    if left is None:
        (source / "tests/unit/test_x.py").unlink()
    verdict = judge(UNIT, suite.gather_suite(context(source), SUITE), Asked("again"))
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.summary == f"0 passed; checked too few: 0 tests, at least {UNIT.checked_at_least:,} expected"
    assert not (source / ".slipway/out" / "slow-tests.junit.xml").exists()


def test_a_skipped_test_proves_nothing_and_refuses(source: Path) -> None:
    left = "import pytest\n\n@pytest.mark.skip('later')\ndef test_x(): ...\n"
    gate = replace(UNIT, limits=UNIT.limits[:2], checked_at_least=1)
    verdict = judge(gate, suite.gather_suite(context(project(source, GOOD + left)), SUITE), Asked("again"))
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.summary == "2 passed, 1 skipped, 100.0 % lines; skipped 1, limit at most 0"
    assert [(one.where, one.what) for one in verdict.warnings] == [("1 skipped", "later")]


def test_a_slow_set_without_a_test_is_the_change_s_failure(source: Path) -> None:
    (project(source, GOOD) / "tests/synth/test_y.py").unlink()
    gate = replace(UNIT, limits=(Limit("failed", at_most=0), Limit("lines", at_least=0)), checked_at_least=1)
    verdict = judge(gate, suite.gather_suite(context(source), SUITE), Asked("again"))
    assert verdict.outcome is Outcome.REFUSED
    assert [(one.where, one.what) for one in verdict.findings] == [
        ("unit: slow tests", "too few: 0 tests, at least 1 expected")
    ]


def test_a_single_file_is_run_like_a_folder(source: Path) -> None:
    one = replace(SUITE, quick=("tests/unit/test_x.py",), slow=("tests/synth/test_y.py",))
    assert suite.gather_suite(context(project(source, GOOD)), one).checked == 2


def test_what_starts_the_local_aws_waits_for_the_pure_tests_and_runs_among_the_slow_ones(source: Path) -> None:
    live = "import pytest\npytestmark = pytest.mark.emulator\n\ndef test_it():\n    assert {} == 1\n"
    put(project(source, GOOD), tests__unit__test_z_dot_py=live.format(1))
    found = suite.gather_suite(context(source), SUITE)
    assert [(part.tool, part.checked) for part in found.parts] == [(suite.QUICK, 1), (suite.SLOW, 2)]
    assert found.measured == {"failed": 0, "skipped": 0, "lines": 100.0}
    put(source, tests__unit__test_z_dot_py=live.format(3))
    assert suite.gather_suite(context(source), SUITE).measured["failed"] == 1


def test_the_counts_of_all_runs_are_added() -> None:
    failed = Part("slow", 4, "tests", (Finding("a.py:1", "no"),))
    evidence = suite.evidence((Part("fast", 3, "tests"), failed), 91.234)
    assert (evidence.summary, evidence.checked) == ("6 passed, 1 failed, 91.2 % lines", 7)
    assert evidence.measured == {"failed": 1, "skipped": 0, "lines": 91.234}


def test_lines_are_those_that_ran_of_all_statements() -> None:
    assert suite.lines_in('{"totals": {"covered_lines": 45, "num_statements": 50, "percent_covered": 80}}') == 90


@pytest.mark.parametrize("text", ["", "{}", '{"totals": {"covered_lines": 0, "num_statements": 0}}'])
def test_coverage_that_measured_nothing_is_our_failure(text: str) -> None:
    with pytest.raises(GateBroke, match="coverage"):
        suite.lines_in(text)
