"""The gate `fuzz`: does the deployed stage keep its promise for requests that nobody thought of?

`tests/fuzz` knows how: it makes users and data, and runs Schemathesis with all its phases. Here its report is read and
counted. The same seed makes the same requests, as far as the stage gives the same answers.
"""

import sys
from pathlib import Path

import yaml

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.evidence import Evidence, broken_of, findings_of, warnings_of
from pipeline.gates.fuzz_report import Fuzzed, Operation, read_report
from pipeline.gates.openapi.node import Json, mapped
from pipeline.gates.openapi.operations import METHODS
from pipeline.gates.part import Part, run_jobs
from pipeline.gates.stage import ADDRESS, refuse_prod, require_stage
from pipeline.gates.tool import run_tool
from pipeline.record.counting import plural
from pipeline.record.verdict import Finding

PYTHON = Path(sys.executable).name
REPORT = "schemathesis.ndjson"
PROMISE = "contracts/openapi.yaml"
TESTS = "tests/fuzz/run.py"
LONGEST_SECONDS = 540.0


def gather(context: Context) -> Evidence:
    """Fuzz the stage. Measures `failures`, `cases` and `operations without a 2xx`, for which a 303 is as good."""
    refuse_prod(context)
    require_stage(context)
    if gone := _gone(context.root):
        return _nothing(context, gone)
    ran: list[Fuzzed] = []
    (part,) = run_jobs(context, [("schemathesis", lambda given: _run(given, ran))])
    if not ran:
        return Evidence("not run", 0, "cases", {}, broken=broken_of([part]))
    return evidence(part, ran[0], operations((context.root / PROMISE).read_text()))


def _gone(root: Path) -> str:
    """What the change took away that there is nothing to fuzz without; empty if it is all there."""
    for name in (TESTS, PROMISE):
        if not (root / name).is_file():
            return f"{name} is gone"
    return "" if operations((root / PROMISE).read_text()) else f"{PROMISE} promises no operation"


def _nothing(context: Context, why: str) -> Evidence:
    """The evidence of a run that had nothing to ask, or nothing to ask it of: it measures nothing, for that reason."""
    unmeasured = {limit.measure: why for limit in context.gate.limits}
    part = Part("schemathesis", 0, "cases")
    return Evidence(f"0 cases, {why}", 0, "cases", {}, unmeasured=unmeasured, parts=(part,))


def _run(context: Context, ran: list[Fuzzed]) -> Part:
    report = context.out / REPORT
    report.unlink(missing_ok=True)
    argv = ["-m", "tests.fuzz.run", str(report), str(context.seed)]
    run = run_tool(
        context,
        PYTHON,
        argv,
        accept=(0, 1, 3),
        environ={"PYTHONPATH": str(context.root)},
        timeout=LONGEST_SECONDS,
        log="schemathesis",
    )
    if run.code == 3 or not report.exists():
        raise GateBroke((run.err or run.out).strip()[-1_000:] or "schemathesis left no report")
    fuzzed = read_report(report.read_text(), context.environ.get(ADDRESS, ""))
    if run.code == 1 and not (fuzzed.failures or fuzzed.errors):
        raise GateBroke("schemathesis says that something failed and its report does not say what")
    ran.append(fuzzed)
    return Part("schemathesis", fuzzed.cases, "cases", fuzzed.failures, broken=_distrust(fuzzed))


def _distrust(fuzzed: Fuzzed) -> str:
    """Why the run can't be trusted; empty if it can."""
    if fuzzed.ended != "completed":
        return f"schemathesis stopped early: {fuzzed.ended}"
    return "\n".join(f"could not test {error}" for error in fuzzed.errors)


def evidence(part: Part, fuzzed: Fuzzed, promised: tuple[Operation, ...]) -> Evidence:
    """What the run showed of the promised operations."""
    unreached = fuzzed.never_succeeded(promised)
    there = plural(len(promised), "operation")
    nothing = f"no request came back with a 2xx, so nothing behind it was tested ({there} promised)"
    missed = tuple(Finding(" ".join(one), nothing, "give tests/fuzz data that reaches it") for one in unreached)
    found = plural(len(fuzzed.failures), "failure")
    asked = f"{plural(fuzzed.cases, 'case')} at {there}"
    return Evidence(
        summary=f"{asked}, {found}, seed {fuzzed.seed}",
        checked=fuzzed.cases,
        checked_what="cases",
        measured={
            "failures": len(fuzzed.failures),
            "cases": fuzzed.cases,
            "operations without a 2xx": len(unreached),
        },
        findings=findings_of([part]) + missed,
        warnings=warnings_of([part]),
        broken=broken_of([part]),
        details=_table(fuzzed),
        parts=(part,),
    )


def operations(promise: str) -> tuple[Operation, ...]:
    """Every operation of the promise."""
    document: Json = yaml.load(promise, Loader=yaml.CSafeLoader)
    return tuple(
        (method.upper(), path)
        for path, item in mapped(mapped(document).get("paths")).items()
        for method in METHODS
        if method in mapped(item)
    )


def _table(fuzzed: Fuzzed) -> str:
    """Answers by operation and status, for the reader who wants to know what was reached."""
    rows: dict[Operation, list[str]] = {}
    for (operation, status), count in sorted(fuzzed.answered.items()):
        rows.setdefault(operation, []).append(f"{status}: {count}")
    return "\n".join(f"{' '.join(operation)}  {', '.join(counts)}" for operation, counts in rows.items())
