"""A suite of tests and the code that it should reach: what has changed first, then the pure tests, then all others.

Whoever broke something is told in seconds. Tests are pure unless their file marks one with `emulator`: those start the
local AWS, and run among the slow ones.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.evidence import Evidence, broken_of, findings_of, warnings_of
from pipeline.gates.part import Part, run_jobs
from pipeline.gates.pytest_runs import STOPS_SOON, as_part, files_of_tests, run_tests
from pipeline.gates.stops_soon import FAILED_AT
from pipeline.gates.tool import run_tool
from pipeline.gates.touched import touched_tests

WORKERS = 2
FIRST, QUICK, SLOW = "of the change", "quick tests", "slow tests"
STOPPED = "a test failed, so not all of them ran"
NOTHING_FIRST = "there is no quick test, so the slow ones did not run"
FEW = 1 / 3
"""Up to which share of all test files those that a change touches are asked by themselves."""
ALONE = 10
"""Up to how many files one process asks of them: a second is three seconds' work before its first test."""
NEEDS_EMULATOR = re.compile(r"^(pytestmark = .*|@pytest\.)mark\.emulator\b", re.MULTILINE)


@dataclass(frozen=True)
class Suite:
    """Two sets of test folders (or files), the quick one first, and the source folders that they should cover.

    `workers` is how many processes share the quick set: each is three seconds' work before its first test.
    """

    quick: tuple[str, ...]
    slow: tuple[str, ...]
    covers: tuple[str, ...]
    workers: int = WORKERS


@dataclass(frozen=True)
class Set:
    """Test files that are asked together, and how many processes share them."""

    name: str
    files: tuple[str, ...]
    workers: int


@dataclass(frozen=True)
class _Totals:
    covered_lines: int
    num_statements: int


@dataclass(frozen=True)
class _Coverage:
    totals: _Totals


_COVERAGE = TypeAdapter(_Coverage)


def gather_suite(context: Context, suite: Suite) -> Evidence:
    """Run a suite's tests, set by set up to the first that fails, with coverage."""
    sets, parts = sets_of(context, suite), list[Part]()
    for one in sets:
        parts += run_jobs(context, [(one.name, partial(_run_set, one, suite.covers))])
        last = parts[-1]
        if last.broken or last.findings or (last.blind and one != sets[-1]):
            return evidence(tuple(parts), None)
    return evidence(tuple(parts), _lines(context, sets))


def sets_of(context: Context, suite: Suite) -> tuple[Set, ...]:
    """What is asked one after the other: the tests that the change touches, where those are few, the pure, the others.

    A set without a file stays, and is told as such, unless it is so because its files come first.
    """
    pure, live = apart(context.root, suite.quick)
    slow = [*files_of_tests(context.root, suite.slow), *live]
    whole = (Set(QUICK, tuple(pure), suite.workers), Set(SLOW, tuple(slow), WORKERS))
    first = touched_tests(context, [*pure, *slow])
    if not 0 < len(first) <= FEW * len([*pure, *slow]):
        return whole
    left = ((one, tuple(file for file in one.files if file not in first)) for one in whole)
    return (
        Set(FIRST, first, 1 if len(first) <= ALONE else suite.workers),
        *(replace(one, files=files) for one, files in left if files or not one.files),
    )


def apart(root: Path, homes: Iterable[str]) -> tuple[list[str], list[str]]:
    """The test files of `homes`: those that are pure, and those that need the local AWS."""
    sets: tuple[list[str], list[str]] = ([], [])
    for name in files_of_tests(root, homes):
        text = (root / name).read_text(errors="replace")
        sets[NEEDS_EMULATOR.search(text) is not None].append(name)
    return sets


def evidence(parts: tuple[Part, ...], lines: float | None) -> Evidence:
    """The counts of all test runs as one. `lines` is None where the coverage was not taken."""
    failed = len(findings_of(parts))
    checked = sum(part.checked for part in parts)
    skipped = sum(part.skipped for part in parts)
    told = (
        [f"{checked - failed:,} passed"]
        + [f"{failed:,} failed"] * bool(failed)
        + [f"{skipped:,} skipped"] * bool(skipped)
    )
    told += [f"{lines:.1f} % lines"] if lines is not None else []
    return Evidence(
        summary=", ".join(told),
        checked=checked,
        checked_what="tests",
        measured={"failed": failed, "skipped": skipped, **({"lines": lines} if lines is not None else {})},
        unmeasured={} if lines is not None else {"lines": NOTHING_FIRST if parts[-1].blind else STOPPED},
        findings=findings_of(parts),
        warnings=warnings_of(parts),
        broken=broken_of(parts),
        parts=parts,
    )


def _run_set(one: Set, covers: tuple[str, ...], context: Context) -> Part:
    name, files, workers = one.name, one.files, one.workers
    if not files:  # pytest without a path would run whatever it finds
        return Part(name, 0, "tests")
    options = [*(f"--cov={folder}" for folder in covers), "--cov-report="]
    options += [f"--hypothesis-seed={context.seed}"]
    if workers > 1:
        # Of quick tests, those that share something costly say so with `xdist_group` and stay in one process; of slow
        # ones each process makes its own, and both work to the end.
        # A test that ends its process has failed; xdist would start another and wait for the lost one without end.
        how = "worksteal" if name == SLOW else "loadgroup"
        options += ["-n", str(workers), "--dist", how, "--max-worker-restart=0"]
    plugins = ("pytest_cov", "xdist") if workers > 1 else ("pytest_cov",)
    environ = {"COVERAGE_FILE": str(_coverage_file(context, name))}
    if name == SLOW:
        failed_at = context.out / f"{_file_name(name)}.failed-at"
        failed_at.unlink(missing_ok=True)
        environ[FAILED_AT] = str(failed_at)
        plugins = (*plugins, STOPS_SOON)
    return as_part(name, run_tests(context, _file_name(name), files, plugins=plugins, options=options, environ=environ))


def _file_name(name: str) -> str:
    return name.replace(" ", "-")


def _coverage_file(context: Context, name: str) -> Path:
    return context.out / f"{_file_name(name)}.coverage"


def _lines(context: Context, sets: Iterable[Set]) -> float:
    """Percent of statements that the tests reached."""
    together, report = context.out / "coverage.sqlite", context.out / "coverage.json"
    files = [str(file) for one in sets if (file := _coverage_file(context, one.name)).exists()]
    run_tool(context, "coverage", ["combine", "-q", "--data-file", str(together), *files], accept=(0,))
    run_tool(context, "coverage", ["json", "-q", "--data-file", str(together), "-o", str(report)], accept=(0,))
    return lines_in(report.read_text())


def lines_in(text: str) -> float:
    """Percent of covered statements in coverage's JSON; GateBroke if it measured no statement."""
    try:
        totals = _COVERAGE.validate_json(text).totals
    except ValidationError as problem:
        raise GateBroke(f"coverage's JSON can't be read: {problem.errors()[0]['msg']}") from problem
    if not totals.num_statements:
        raise GateBroke("coverage measured no statement: are its folders still where this gate looks?")
    return 100 * totals.covered_lines / totals.num_statements
