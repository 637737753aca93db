"""Mypy in its strict mode, with a cache that outlives clean folders."""

import re
from pathlib import Path

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.part import Part
from pipeline.gates.tool import run_tool
from pipeline.gates.tools.mypy_cache import mypy_cache
from pipeline.record.verdict import Finding

_LINE = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+)(?::\d+)*: (?P<kind>error|note): (?P<what>.*)$")
_COUNT = re.compile(r"(?:no issues found in|\(checked) (\d+) source files?")
_GONE = re.compile(r"Can't find package '([\w.]+)'")
PUT_RIGHT = "bring it back, or take it out of the list"


def check(context: Context) -> Part:
    """`mypy` over the packages that pyproject.toml names."""
    with mypy_cache(context) as cache:
        argv = ["--cache-dir", str(cache), "--no-color-output", "--no-pretty"]
        run = run_tool(context, "mypy", argv, accept=(0, 1, 2))
    findings = findings_in(run.out) or gone_in(run.err + run.out, context.root)
    if run.code and not findings:
        raise GateBroke(f"mypy stopped: {(run.err or run.out).strip()[-1_000:]}")
    checked = checked_in(run.out) or len(findings)
    if not checked:
        raise GateBroke(f"mypy does not say how much it checked: {(run.out or run.err).strip()[-500:]}")
    return Part("mypy", checked, "files", findings)


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
