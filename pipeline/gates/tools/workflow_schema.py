"""check-jsonschema: GitHub workflows against GitHub's own schema, which ships with the tool."""

import re

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.files import source_files
from pipeline.gates.part import Part
from pipeline.gates.tool import run_tool
from pipeline.record.verdict import Finding


@dataclass(frozen=True)
class _Match:
    path: str
    message: str


@dataclass(frozen=True)
class _Error:
    filename: str
    path: str
    message: str
    best_deep_match: _Match | None = None


@dataclass(frozen=True)
class _Unparsed:
    filename: str
    message: str


@dataclass(frozen=True)
class _Told:
    errors: list[_Error]
    parse_errors: list[_Unparsed] = Field(default_factory=list)
    checked_paths: list[str] = Field(default_factory=list)


_TOLD = TypeAdapter(_Told)


SCHEMAS = (
    ("vendor.github-workflows", re.compile(r"\.github/workflows/[^/]+\.ya?ml")),
    ("vendor.github-actions", re.compile(r"\.github/(?:.+/)?action\.ya?ml")),
    ("vendor.dependabot", re.compile(r"\.github/dependabot\.ya?ml")),
)
"""GitHub's schemas, and the files that are held to each."""


def check(context: Context) -> Part:
    """Every workflow, action and setting of Dependabot; `checked` counts the files that the tool names."""
    if not workflows_of(context):
        return Part("workflow schema", 0, "workflows")
    files = [str(path) for path in source_files(context.root)]
    parts = [_asked(context, schema, list(filter(names.fullmatch, files))) for schema, names in SCHEMAS]
    findings = tuple(finding for part in parts for finding in part.findings)
    return Part("workflow schema", sum(part.checked for part in parts), "workflows", findings)


def _asked(context: Context, schema: str, files: list[str]) -> Part:
    if not files:
        return Part("workflow schema", 0, "workflows")
    argv = ["--builtin-schema", schema, "-v", "-o", "json", *files]
    return part_of(run_tool(context, "check-jsonschema", argv, log=f"check-jsonschema-{schema}").out, len(files))


def workflows_of(context: Context) -> list[str]:
    """The workflows of the source, as sorted relative paths."""
    return [str(path) for path in source_files(context.root) if is_workflow(str(path))]


def is_workflow(path: str) -> bool:
    """Whether GitHub would read `path` as a workflow: it looks into no folder below."""
    return bool(SCHEMAS[0][1].fullmatch(path))


def part_of(text: str, given: int) -> Part:
    """The tool's JSON as a part; GateBroke if it names neither errors nor every file that it was given.

    With errors it names no checked files; it has then looked at all that were given.
    """
    try:
        told = _TOLD.validate_json(text)
    except ValidationError as problem:
        raise GateBroke(f"check-jsonschema's output can't be read: {problem.errors()[0]['msg']}") from problem
    findings = [Finding(f"{one.filename}:1", f"unreadable {one.message}", "", "high") for one in told.parse_errors]
    for one in told.errors:
        best = one.best_deep_match or _Match(one.path, one.message)
        findings.append(Finding(f"{one.filename}:1", f"schema {best.path}: {best.message}", "", "high"))
    if not findings and len(told.checked_paths) < given:
        raise GateBroke(f"check-jsonschema names {len(told.checked_paths)} of the {given} workflows as checked")
    return Part("workflow schema", len(told.checked_paths) or given, "workflows", tuple(findings))
