"""Checkov: templates against its library of bad settings. Offline: it downloads nothing and asks nobody.

Without its online service checkov knows no severities, so every failed check counts as high unless it is waived.
"""

import json
from pathlib import Path, PurePath

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.part import Part
from pipeline.gates.tool import run_tool
from pipeline.gates.tools.remembered import scanned
from pipeline.gates.tools.templates import resources_in, templates_of
from pipeline.record.verdict import Finding


@dataclass(frozen=True)
class Failed:
    """A failed check. `resource` is `TYPE.LogicalId` for a template, and a digest of the secret for a secret."""

    check_id: str
    check_name: str
    file_path: str
    file_line_range: tuple[int, int]
    resource: str


@dataclass(frozen=True)
class _Skipped(Failed):
    pass


@dataclass(frozen=True)
class _Results:
    failed_checks: list[Failed]
    skipped_checks: list[_Skipped]
    parsing_errors: list[str]


@dataclass(frozen=True)
class _Summary:
    passed: int
    failed: int
    resource_count: int


@dataclass(frozen=True)
class Report:
    """Checkov's answer about one framework."""

    results: _Results
    summary: _Summary


_REPORT = TypeAdapter(Report)


def check(context: Context) -> Part:
    """The templates of the assembly; `checked` counts the resources that checkov says it looked at."""
    templates = templates_of(context)
    resources = resources_in(templates)
    if not resources:
        return Part("checkov", 0, "resources")
    report, known = scanned(
        context, "checkov", templates, lambda paths: _scan(context, paths), lambda said: _whole(said, resources)
    )
    skipped = report.results.skipped_checks
    hidden = tuple(Finding(_where(one), f"{one.check_id} is skipped by the template itself", UNHIDE) for one in skipped)
    return Part("checkov", report.summary.resource_count, "resources", findings_in(report) + hidden, known)


def _whole(said: str, expected: int) -> Report:
    """The report, if it counts all resources: checkov drops a template that it can't parse, and exits with 0."""
    report = read_report(said)
    missed = expected - report.summary.resource_count
    if missed > 0:
        raise GateBroke(f"checkov left out {missed} of the resources: {', '.join(report.results.parsing_errors)}")
    return report


def _scan(context: Context, templates: tuple[Path, ...]) -> str:
    argv = ["--framework", "cloudformation", *(part for path in templates for part in ("-f", str(path)))]
    return run_checkov(context, argv, "checkov")


UNHIDE = "waive it in pipeline/gates/waivers.toml, with a reason and an end"


def run_checkov(context: Context, argv: list[str], log: str) -> str:
    """Run checkov without any network; its JSON."""
    quiet = ["--skip-download", "--compact", "-o", "json"]
    run = run_tool(context, "checkov", [*argv, *quiet], environ={"LOG_LEVEL": "ERROR"}, log=log)
    return run.out


def read_report(text: str) -> Report:
    """Checkov's JSON of one framework; GateBroke if it is not that (for nothing looked at, it gives bare counts)."""
    try:
        if isinstance(parsed := json.loads(text), dict) and "results" not in parsed:
            raise GateBroke("checkov looked at nothing")
        return _REPORT.validate_python(parsed)
    except (ValueError, ValidationError) as problem:
        raise GateBroke(f"checkov's output can't be read: {str(problem)[:300]}") from problem


def findings_in(report: Report) -> tuple[Finding, ...]:
    """The failed checks; each stands at a resource of a template."""
    return tuple(
        Finding(_where(one), f"{one.check_id} {one.check_name}", "", "high") for one in report.results.failed_checks
    )


def _where(one: Failed) -> str:
    return f"{PurePath(one.file_path).name}:{one.resource}"
