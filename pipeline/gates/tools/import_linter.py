"""Import-linter: who may know whom, as the contracts of pyproject.toml say."""

import re
from collections.abc import Iterable
from pathlib import Path

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.files import source_files
from pipeline.gates.part import Part
from pipeline.gates.tool import run_tool
from pipeline.record.counting import plural
from pipeline.record.verdict import Finding

_COUNT = re.compile(r"Contracts: (?P<kept>\d+) kept, (?P<broken>\d+) broken")
_CHAIN = re.compile(r"(?P<importer>[\w.]+) -> (?P<imported>[\w.]+) \(l\.(?P<line>\d+)")
# Its words for a configuration that asks for what is not there (of version 2, in English).
NO_CONTRACTS = "No contracts found in the configuration"
_GONE = re.compile(r"(?:Module|Could not find package) '([\w.]+)' (?:does not exist|in your Python path)")
PUT_RIGHT = "bring it back, or take it out of the contracts"
_SYNTAX = re.compile(r"Syntax error in (?P<file>.+), line (?P<line>\d+):")
_UNDERLINE = re.compile(r"^-{3,}$")


def check(context: Context) -> Part:
    """`lint-imports` over the contracts; the arrows that break one become findings."""
    run = run_tool(context, "lint-imports", ["--no-cache", "--config", "pyproject.toml"], environ={"COLUMNS": "1000"})
    if NO_CONTRACTS in run.out:
        return Part("import-linter", 0, "contracts")
    if gone := gone_in(run.out, context.root):
        return Part("import-linter", 0, "contracts", gone)
    if unread := _SYNTAX.search(run.out):
        where = Path(unread["file"])
        named = where.relative_to(context.root) if where.is_relative_to(context.root) else where
        return Part("import-linter", 0, "contracts", (Finding(f"{named}:{unread['line']}", "is no Python"),))
    counted = _COUNT.search(run.out)
    if counted is None:
        raise GateBroke(f"import-linter gave no count of contracts: {(run.out + run.err).strip()[-500:]}")
    findings = findings_in(run.out, modules(path for path in source_files(context.root) if path.suffix == ".py"))
    if bool(int(counted["broken"])) != bool(findings):
        read = plural(len(findings), "arrow")
        raise GateBroke(f"import-linter's output can't be read: {counted[0]}, but {read} found in it")
    return Part("import-linter", int(counted["kept"]) + int(counted["broken"]), "contracts", findings)


def gone_in(text: str, root: Path) -> tuple[Finding, ...]:
    """Packages and modules that the contracts speak of and the source no longer has."""
    return tuple(
        Finding("pyproject.toml:1", f"[tool.importlinter] names {name}, which is gone", PUT_RIGHT)
        for name in _GONE.findall(text)
        if not any((root / name.replace(".", "/")).with_suffix(ending).exists() for ending in ("", ".py"))
    )


def modules(paths: Iterable[Path]) -> dict[str, str]:
    """Module name to file."""
    found = {}
    for path in paths:
        parts = path.with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = str(path)
    return found


def findings_in(text: str, files: dict[str, str]) -> tuple[Finding, ...]:
    """Every forbidden arrow once, with the contract that forbids it. `files` maps module names to paths."""
    found: dict[str, Finding] = {}
    contract, before = "", ""
    for line in text.splitlines():
        if _UNDERLINE.match(line):
            contract = before
        for arrow in _CHAIN.finditer(line):
            where = f"{files.get(arrow['importer'], arrow['importer'])}:{arrow['line']}"
            what = f"{arrow['importer']} imports {arrow['imported']}, against “{contract}”"
            found.setdefault(where + what, Finding(where, what, "turn the arrow round, or pass the thing in"))
        before = line
    return tuple(found.values())
