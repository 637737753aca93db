"""check-jsonschema: GitHub workflows against GitHub's own schema, which ships with the tool."""

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


def check(context: Context) -> Part:
    """Every workflow; `checked` counts the files that the tool names."""
    files = workflows_of(context)
    if not files:
        return Part("workflow schema", 0, "workflows")
    argv = ["--builtin-schema", "vendor.github-workflows", "-v", "-o", "json", *files]
    run = run_tool(context, "check-jsonschema", argv)
    return part_of(run.out, len(files))


def workflows_of(context: Context) -> list[str]:
    """The workflows of the source, as sorted relative paths."""
    return [str(path) for path in source_files(context.root) if is_workflow(str(path))]


def is_workflow(path: str) -> bool:
    """Whether GitHub would read `path` as a workflow."""
    return path.startswith(".github/workflows/") and path.endswith((".yml", ".yaml"))


def part_of(text: str, given: int) -> Part:
    """The tool's JSON as a part; GateBroke if it names neither errors nor the files that it checked.

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
        named = len(told.checked_paths) or "none"
        raise GateBroke(f"check-jsonschema names {named} of the {given} workflows as checked")
    return Part("workflow schema", len(told.checked_paths) or given * bool(findings), "workflows", tuple(findings))
