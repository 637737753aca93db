"""The gate `unit`: does what is delivered do what it says, and how much of its code do the tests reach?

What is delivered is the API, the traffic hooks, and the templates made of the plan. The pure tests come first: where
the two sets run side by side, the tests that synthesize give way to them, and end when one of them fails, so that a
broken test is refused in seconds.
"""

import threading
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.evidence import Evidence, broken_of, findings_of, warnings_of
from pipeline.gates.part import Part, run_jobs
from pipeline.gates.pytest_runs import as_part, run_tests, with_tests
from pipeline.gates.tool import ToolStopped, run_tool

STOPPED = "a test of the first set failed, so the second did not run to its end"
NOTHING_FIRST = "the first set holds no test, so the second did not run"


@dataclass(frozen=True)
class Suite:
    """Two sets of test folders (or files), the quick one first, and the source folders that they should cover.

    `workers` are the processes of each set. Side by side the second gives way to the first; it needs one process only,
    since every process more imports and synthesizes all over again.
    """

    first: tuple[str, ...]
    second: tuple[str, ...]
    covers: tuple[str, ...]
    workers: tuple[int, int] = (2, 1)
    side_by_side: bool = True


DELIVERED = Suite(
    first=("tests/unit/api",),
    second=("tests/unit/pipeline/plan", "tests/unit/pipeline/cloud", "tests/unit/pipeline/hooks", "tests/synth"),
    covers=("api", "pipeline/plan", "pipeline/cloud", "pipeline/hooks"),
)


@dataclass(frozen=True)
class _Totals:
    covered_lines: int
    num_statements: int


@dataclass(frozen=True)
class _Coverage:
    totals: _Totals


_COVERAGE = TypeAdapter(_Coverage)


def gather(context: Context) -> Evidence:
    """Run the tests of what is delivered. Measures `failed` and `lines` (percent of its statements)."""
    return gather_suite(context, DELIVERED)


def gather_suite(context: Context, suite: Suite) -> Evidence:
    """Run a suite's two sets with coverage; the second only to its end if the first is green."""
    failed = threading.Event()

    def first(given: Context) -> Part:
        try:
            part = _tests(given, "first", suite.first, suite.covers, suite.workers[0])
        except BaseException:
            failed.set()
            raise
        if part.findings or part.blind:
            failed.set()
        return part

    def second(given: Context) -> Part:
        if failed.is_set():
            return Part("second", 0, "tests", idle=STOPPED)
        try:
            return _tests(
                given, "second", suite.second, suite.covers, suite.workers[1], failed if suite.side_by_side else None
            )
        except ToolStopped:
            return Part("second", 0, "tests", idle=STOPPED)

    parts = run_jobs(context, (("first", first), ("second", second)), workers=2 if suite.side_by_side else 1)
    whole = not (failed.is_set() or broken_of(parts))
    return evidence(parts, _lines(context) if whole else None)


def evidence(parts: tuple[Part, ...], lines: float | None) -> Evidence:
    """The counts of all test runs as one. `lines` is None where the coverage was not taken."""
    failed = len(findings_of(parts))
    checked = sum(part.checked for part in parts)
    told = [f"{checked - failed:,} passed"] + ([f"{failed:,} failed"] if failed else [])
    told += [f"{lines:.1f} % lines"] if lines is not None else []
    return Evidence(
        summary=", ".join(told),
        checked=checked,
        checked_what="tests",
        measured={"failed": failed, **({"lines": lines} if lines is not None else {})},
        unmeasured={} if lines is not None else {"lines": NOTHING_FIRST if parts[0].blind else STOPPED},
        findings=findings_of(parts),
        warnings=warnings_of(parts),
        broken=broken_of(parts),
        parts=parts,
    )


def _tests(
    context: Context,
    name: str,
    homes: tuple[str, ...],
    covers: tuple[str, ...],
    workers: int,
    gives_way: threading.Event | None = None,
) -> Part:
    there = with_tests(context.root, homes)
    if not there:  # pytest without a path would run whatever it finds
        return Part(name, 0, "tests")
    options = [*(f"--cov={folder}" for folder in covers), "--cov-report=", f"--hypothesis-seed={context.seed}"]
    plugins = ["pytest_cov"]
    if workers > 1:
        plugins += ["xdist"]
        options += ["-n", str(workers), "--dist", "worksteal"]
    environ = {"COVERAGE_FILE": str(_coverage_file(context, name))}
    tests = run_tests(context, name, there, plugins=plugins, options=options, environ=environ, gives_way=gives_way)
    return as_part(name, tests)


def _coverage_file(context: Context, name: str) -> Path:
    return context.out / f"coverage.{name}.sqlite"


def _lines(context: Context) -> float:
    """Percent of statements that the tests of both sets reached."""
    report, both = context.out / "coverage.json", str(_coverage_file(context, "both"))
    sets = [str(path) for name in ("first", "second") if (path := _coverage_file(context, name)).exists()]
    run_tool(context, "coverage", ["combine", "-q", "--keep", "--data-file", both, *sets], accept=(0,))
    run_tool(context, "coverage", ["json", "-q", "--data-file", both, "-o", str(report)], accept=(0,))
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
