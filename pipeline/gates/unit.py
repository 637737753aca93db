"""The gate `unit`: does what is delivered do what it says, and how much of its code do the tests reach?

What is delivered is the API with what operators do to it, the traffic hooks, and the templates made of the plan. The
pure tests run first and alone, so that a broken one is refused in seconds; the tests that synthesize only follow when
those are green.
"""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.evidence import Evidence, broken_of, findings_of, warnings_of
from pipeline.gates.part import Part, run_jobs
from pipeline.gates.pytest_runs import as_part, run_tests, with_tests
from pipeline.gates.tool import run_tool

WORKERS = 2
QUICK, SLOW = "quick tests", "slow tests"
STOPPED = "a quick test failed, so the slow ones did not run"
NOTHING_FIRST = "there is no quick test, so the slow ones did not run"


@dataclass(frozen=True)
class Suite:
    """Two sets of test folders (or files), the quick one first, and the source folders that they should cover."""

    quick: tuple[str, ...]
    slow: tuple[str, ...]
    covers: tuple[str, ...]


DELIVERED = Suite(
    quick=(
        "tests/unit/api",
        "tests/unit/pipeline/operations",
        "tests/unit/load",
        "tests/unit/support",
        "tests/requirements",
    ),
    slow=("tests/unit/pipeline/plan", "tests/unit/pipeline/cloud", "tests/unit/pipeline/hooks", "tests/synth"),
    covers=("api", "pipeline/operations", "pipeline/plan", "pipeline/cloud", "pipeline/hooks"),
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
    """Run the tests of what is delivered. Measures `failed`, `skipped` and `lines` (percent of its statements)."""
    return gather_suite(context, DELIVERED)


def gather_suite(context: Context, suite: Suite) -> Evidence:
    """Run a suite's quick tests, then its slow ones if those were green, with coverage."""
    (quick,) = run_jobs(context, [(QUICK, lambda given: _tests(given, QUICK, suite.quick, suite.covers))])
    if quick.findings or quick.broken or quick.blind:
        return evidence((quick,), None)
    parts = run_jobs(context, [(SLOW, lambda given: _tests(given, SLOW, suite.slow, suite.covers))])
    if broken_of(parts):
        return evidence((quick, *parts), None)
    return evidence((quick, *parts), _lines(context))


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
        unmeasured={} if lines is not None else {"lines": NOTHING_FIRST if parts[0].blind else STOPPED},
        findings=findings_of(parts),
        warnings=warnings_of(parts),
        broken=broken_of(parts),
        parts=parts,
    )


def _tests(context: Context, name: str, homes: tuple[str, ...], covers: tuple[str, ...]) -> Part:
    there = with_tests(context.root, homes)
    if not there:  # pytest without a path would run whatever it finds
        return Part(name, 0, "tests")
    # Tests that share something costly say so with `xdist_group`, and stay in one process.
    # A test that ends its process has failed; xdist would start another and wait for the lost one without end.
    options = ["-n", str(WORKERS), "--dist", "loadgroup", "--max-worker-restart=0"]
    options += [*(f"--cov={folder}" for folder in covers), "--cov-report="]
    options += [f"--hypothesis-seed={context.seed}"]
    options += ["--cov-append"] if name != QUICK else []
    environ = {"COVERAGE_FILE": str(_coverage_file(context))}
    return as_part(
        name,
        run_tests(
            context, name.replace(" ", "-"), there, plugins=("xdist", "pytest_cov"), options=options, environ=environ
        ),
    )


def _coverage_file(context: Context) -> Path:
    return context.out / "coverage.sqlite"


def _lines(context: Context) -> float:
    """Percent of statements that the tests reached."""
    report = context.out / "coverage.json"
    argv = ["json", "-q", "--data-file", str(_coverage_file(context)), "-o", str(report)]
    run_tool(context, "coverage", argv, accept=(0,))
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
