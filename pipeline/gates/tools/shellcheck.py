"""ShellCheck over scripts/ and .ci/."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.files import source_files
from pipeline.gates.part import Part
from pipeline.gates.tool import run_tool
from pipeline.record.verdict import Finding

FOLDERS = ("scripts", ".ci")


@dataclass(frozen=True)
class _Comment:
    file: str
    line: int
    level: str
    code: int
    message: str


@dataclass(frozen=True)
class _Told:
    comments: list[_Comment]


_TOLD = TypeAdapter(_Told)


def check(context: Context) -> Part:
    """`shellcheck` over every shell script, following what they source."""
    scripts = [str(path) for path in source_files(context.root) if is_shell(context.root, path)]
    if not scripts:
        return Part("shellcheck", 0, "scripts")
    run = run_tool(context, "shellcheck", ["-f", "json1", "-x", "-P", "SCRIPTDIR", *scripts])
    return Part("shellcheck", len(scripts), "scripts", findings_in(run.out))


def is_shell(root: Path, path: Path) -> bool:
    """Whether `path` is a shell script of ours: by its ending or its first line."""
    if path.parts[0] not in FOLDERS:
        return False
    first = (root / path).read_bytes()[:80].split(b"\n")[0]
    return path.suffix in {".sh", ".bash"} or (first.startswith(b"#!") and b"sh" in first)


def findings_in(text: str) -> tuple[Finding, ...]:
    """ShellCheck's JSON as findings; GateBroke if it is not the JSON we know."""
    try:
        told = _TOLD.validate_json(text)
    except ValidationError as problem:
        raise GateBroke(f"shellcheck's output can't be read: {problem.errors()[0]['msg']}") from problem
    return tuple(
        Finding(
            f"{one.file}:{one.line}", f"SC{one.code} {one.message}", f"see https://www.shellcheck.net/wiki/SC{one.code}"
        )
        for one in told.comments
    )
