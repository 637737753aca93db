"""zizmor: what is dangerous in GitHub workflows. As suspicious as it can be, offline, deaf to comments in the files."""

import re
from itertools import chain

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.part import Part
from pipeline.gates.tool import run_tool
from pipeline.gates.tools.workflow_schema import workflows_of
from pipeline.record.verdict import Finding

FOLDER = ".github"
SEVERITIES = {"High": "high", "Medium": "high", "Low": "low", "Informational": "low", "Unknown": "high"}
_COMPLETED = re.compile(r"completed (\S+)")
_UNLOADABLE = re.compile(r"failed to load file://(?P<file>\S+) as \w+\s+Caused by:\s+(?P<why>.+)")


@dataclass(frozen=True)
class _Point:
    row: int


@dataclass(frozen=True)
class _Span:
    start_point: _Point


@dataclass(frozen=True)
class _Concrete:
    location: _Span


@dataclass(frozen=True)
class _Local:
    verbatim_path: str


@dataclass(frozen=True)
class _Key:
    Local: _Local


@dataclass(frozen=True)
class _Symbolic:
    key: _Key
    kind: str
    annotation: str


@dataclass(frozen=True)
class _Location:
    symbolic: _Symbolic
    concrete: _Concrete


@dataclass(frozen=True)
class _Determinations:
    severity: str


@dataclass(frozen=True)
class _Told:
    ident: str
    desc: str
    url: str
    determinations: _Determinations
    locations: list[_Location]


_TOLD = TypeAdapter(list[_Told])


def check(context: Context) -> Part:
    """Workflows and actions below .github; `checked` counts the files that zizmor says it completed."""
    workflows = workflows_of(context)
    if not workflows:  # zizmor itself calls a folder without any an error
        return Part("zizmor", 0, "workflows")
    argv = [
        "--offline",
        "--persona",
        "auditor",
        "--no-ignores",
        "--no-config",
        "--strict-collection",
        "--no-exit-codes",
        "--no-progress",
    ]
    run = run_tool(context, "zizmor", [*argv, "--color", "never", "--format", "json", FOLDER])
    unloadable = unloadable_in(run.err)
    if run.code and not unloadable:
        raise GateBroke(f"zizmor ended with {run.code}: {run.err.strip()[-500:]}")
    completed = _COMPLETED.findall(run.err)
    findings = unloadable or findings_in(run.out)
    left_out = [path for path in workflows if not any(one.endswith(path) for one in completed)]
    if left_out and not unloadable:
        raise GateBroke(f"zizmor left out {', '.join(left_out)}: {run.err.strip()[-500:]}")
    return Part("zizmor", len(completed), "workflows", findings)


def unloadable_in(text: str) -> tuple[Finding, ...]:
    """Files that zizmor refuses to read: they are no workflows, whatever else they may be."""
    return tuple(
        Finding(f"{match['file']}:1", f"unreadable: {match['why'].strip()}", "mend the file", "high")
        for match in _UNLOADABLE.finditer(text)
    )


def findings_in(text: str) -> tuple[Finding, ...]:
    """zizmor's JSON as findings, at the line of their primary location (its rows count from 0)."""
    try:
        told = _TOLD.validate_json(text)
    except ValidationError as problem:
        raise GateBroke(f"zizmor's output can't be read: {problem.errors()[0]['msg']}") from problem
    return tuple(map(_finding, told))


def _finding(one: _Told) -> Finding:
    place = next(chain((place for place in one.locations if place.symbolic.kind == "Primary"), one.locations))
    where = f"{place.symbolic.key.Local.verbatim_path}:{place.concrete.location.start_point.row + 1}"
    severity = SEVERITIES.get(one.determinations.severity, "high")
    return Finding(where, f"{one.ident} {one.desc}: {place.symbolic.annotation}", f"see {one.url}", severity)
