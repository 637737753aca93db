"""Mypy in its strict mode, with a cache that outlives clean folders.

Checking aws_cdk for the first time takes about a minute. Mypy trusts a cached module when its size and its contents'
hash are the same, whatever its path and time stamp, so one cache serves every clean copy of the source: it is kept
outside, in a folder named after the lock that says which libraries are installed.
"""

import hashlib
import re
from pathlib import Path

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.part import Part
from pipeline.gates.tool import run_tool
from pipeline.record.verdict import Finding

_LINE = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+)(?::\d+)*: (?P<kind>error|note): (?P<what>.*)$")
_COUNT = re.compile(r"(?:no issues found in|\(checked) (\d+) source files?")
_GONE = re.compile(r"Can't find package '([\w.]+)'")
PUT_RIGHT = "bring it back, or take it out of the list"
LOCK = "locks/development.txt"


def check(context: Context) -> Part:
    """`mypy` over the packages that pyproject.toml names."""
    cache = cache_folder(context.cache, context.root)
    cache.mkdir(parents=True, exist_ok=True)
    argv = ["--cache-dir", str(cache), "--no-color-output", "--no-pretty"]
    run = run_tool(context, "mypy", argv, accept=(0, 1, 2))
    findings = findings_in(run.out) or gone_in(run.err + run.out, context.root)
    if run.code and not findings:
        raise GateBroke(f"mypy stopped: {(run.err or run.out).strip()[-1_000:]}")
    checked = checked_in(run.out) or len(findings)
    if not checked:
        raise GateBroke(f"mypy does not say how much it checked: {(run.out or run.err).strip()[-500:]}")
    return Part("mypy", checked, "files", findings)


def cache_folder(cache: Path, root: Path) -> Path:
    """The cache for the libraries of `root`'s lock."""
    lock = root / LOCK
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12] if lock.exists() else "unlocked"
    return cache / "mypy" / digest


def findings_in(text: str) -> tuple[Finding, ...]:
    """Mypy's errors; its notes follow the error they explain."""
    found: list[Finding] = []
    for line in map(_LINE.match, text.splitlines()):
        if line and line["kind"] == "error":
            found.append(Finding(f"{line['file']}:{line['line']}", line["what"]))
        elif line and found:
            found[-1] = Finding(found[-1].where, found[-1].what, f"{found[-1].fix} {line['what']}".strip())
    return tuple(found)


def gone_in(text: str, root: Path) -> tuple[Finding, ...]:
    """Packages that pyproject.toml asks mypy to check and the source no longer has."""
    return tuple(
        Finding("pyproject.toml:1", f"[tool.mypy] names the package {name}, which is gone", PUT_RIGHT)
        for name in _GONE.findall(text)
        if not (root / name.replace(".", "/")).exists()
    )


def checked_in(text: str) -> int:
    """How many source files mypy says it checked (0 if errors prevented it)."""
    match = _COUNT.search(text)
    return int(match[1]) if match else 0
