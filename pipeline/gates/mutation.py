"""The gate `mutation`: does the pipeline still stop what it is there to stop?

It asks `scripts/mutation` for a sample: a bad change for every gate of Build, others with each tree. The whole
catalogue takes hours, and is asked for by hand or by night.
"""

import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.evidence import Evidence, broken_of, findings_of
from pipeline.gates.part import Part, run_jobs
from pipeline.gates.tool import run_tool
from pipeline.record.counting import plural
from pipeline.record.verdict import Finding

PYTHON = Path(sys.executable).name
CATALOGUE, REPORT = Path("tests/mutation/bad"), Path(".slipway/mutation/sample/mutation.junit.xml")
ALL_WELL, LIMIT_NOT_KEPT, VOID = 0, 1, 3
CONTROL = "control"
"""How the names of what is no change begin, which must pass all that the changes are asked."""


def gather(context: Context) -> Evidence:
    """Ask of a sample. Measures `stopped`: percent of the bad changes that a gate refused whose business they are.

    Where the gates refuse the tree itself, that they refuse a change of it says nothing, and none counts as stopped.
    """
    (part,) = run_jobs(context, [("mutation", _run)])
    alone = any(finding.where.startswith(CONTROL) for finding in part.findings)
    stopped = 0 if alone else part.checked - len(part.findings)
    return Evidence(
        summary=f"{stopped} of {plural(part.checked, 'bad change')} stopped",
        checked=part.checked,
        checked_what="bad changes",
        measured={"stopped": 100.0 * stopped / part.checked} if part.checked else {},
        unmeasured={} if part.checked else {"stopped": "no bad change was asked"},
        findings=findings_of([part]),
        broken=broken_of([part]),
        parts=(part,),
    )


def _run(context: Context) -> Part:
    if not any((context.root / CATALOGUE).glob("*/change.toml")):
        return Part("mutation", 0, "bad changes")
    report = context.root / REPORT
    report.unlink(missing_ok=True)
    run = run_tool(
        context,
        PYTHON,
        ["-P", "-m", "pipeline.mutation", "--sample", "--worktree", *["--fresh"] * context.fresh],
        accept=(ALL_WELL, LIMIT_NOT_KEPT, VOID),
        environ={"PYTHONPATH": str(context.root)},
        timeout=context.gate.timeout_minutes * 60.0,
        log="mutation",
    )
    if not report.exists():
        raise GateBroke((run.err or run.out).strip()[-1_000:] or "it left no report")
    part = read(report.read_text())
    if run.code != ALL_WELL and not (part.findings or part.broken):
        raise GateBroke(f"it ended with {run.code}, and its report names nothing: {run.err.strip()[-1_000:]}")
    return part


def read(report: str) -> Part:
    """What a sweep's JUnit file says: what was not stopped is found, what could not be asked is our own failure."""
    try:
        cases = list(ET.fromstring(report).iter("testcase"))  # noqa: S314 - our own child wrote it
    except ET.ParseError as problem:
        raise GateBroke(f"the report can't be read: {problem}") from problem
    asked = sum(not case.get("name", "").startswith(CONTROL) for case in cases)
    findings = tuple(Finding(name, message) for name, message in _told(cases, "failure"))
    return Part(
        "mutation", asked, "bad changes", findings, broken="; ".join(": ".join(e) for e in _told(cases, "error"))
    )


def _told(cases: list[ET.Element], tag: str) -> Iterator[tuple[str, str]]:
    for case in cases:
        if (told := case.find(tag)) is not None:
            yield case.get("name", "?"), told.get("message", "")
