"""The gate `unit`: do the parts do what they say, and how much of the code do the tests reach?

The pure tests run first and alone, so that a broken one is refused in seconds; the tests that synthesize, rehearse and
draw pages only follow when those are green.
"""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.evidence import Evidence, broken_of, findings_of, warnings_of
from pipeline.gates.part import Part, run_jobs
from pipeline.gates.pytest_runs import as_part, run_tests
from pipeline.gates.tool import run_tool

FAST = ("tests/unit",)
SLOW = ("tests/synth", "tests/report", "tests/rehearsal")
WORKERS = 2
STOPPED = "a pure unit test failed, so the slower tests did not run"


@dataclass(frozen=True)
class _Totals:
    covered_lines: int
    num_statements: int


@dataclass(frozen=True)
class _Coverage:
    totals: _Totals


_COVERAGE = TypeAdapter(_Coverage)


def gather(context: Context) -> Evidence:
    """Run the tests with coverage. Measures `failed` and `lines` (percent of statements of api and pipeline)."""
    (fast,) = run_jobs(context, [("tests/unit", lambda given: _tests(given, "unit", FAST))])
    if fast.findings or fast.broken:
        return evidence((fast,), None)
    parts = run_jobs(context, [("slower tests", lambda given: _tests(given, "slow", SLOW))])
    if broken_of(parts):
        return evidence((fast, *parts), None)
    return evidence((fast, *parts), _lines(context))


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
        unmeasured={} if lines is not None else {"lines": STOPPED},
        findings=findings_of(parts),
        warnings=warnings_of(parts),
        broken=broken_of(parts),
        parts=parts,
    )


def _tests(context: Context, name: str, folders: tuple[str, ...]) -> Part:
    there = [folder for folder in folders if any((context.root / folder).rglob("test_*.py"))]
    options = ["-n", str(WORKERS), "--dist", "worksteal", "--cov", "--cov-report="]
    options += [f"--hypothesis-seed={context.seed}"]
    options += ["--cov-append"] if name != "unit" else []
    environ = {"COVERAGE_FILE": str(_coverage_file(context))}
    return as_part(
        name, run_tests(context, name, there, plugins=("xdist", "pytest_cov"), options=options, environ=environ)
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
        raise GateBroke("coverage measured no statement: are api and pipeline where pyproject.toml says?")
    return 100 * totals.covered_lines / totals.num_statements
