"""Runs pytest in a process of its own and reads what it counted from its JUnit file."""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.part import Part
from pipeline.gates.tool import run_tool
from pipeline.record.verdict import Finding

# https://docs.pytest.org/en/stable/reference/exit-codes.html: 2 is an interrupted run, as collection errors make it.
FINISHED = (0, 1, 2, 5)
UNUSABLE = 4
"""A usage error for pytest, as it calls a conftest.py that can't be imported: that is the change's fault, not ours."""
_CONFTEST = re.compile(r"while loading conftest '(?P<file>[^']+)'")
_WHERE = re.compile(r"^(?P<file>[\w./-]+\.py):(?P<line>\d+): ", re.MULTILINE)
LONGEST = 600
PYTHON = Path(sys.executable).name
# Plugins that libraries bring along cost each pytest process half a second: only those that are named are loaded.
ONLY_NAMED = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
# Hypothesis looks for constants in all of our source and keeps them by the text of each file: three seconds a process.
PARSED = "HYPOTHESIS_STORAGE_DIRECTORY"
WHOLE = "pipeline.gates.whole_collection"
GARBAGE = "pipeline.gates.garbage"
# It looks for garbage five times at the end, to warn of what could not be finalized; no gate reads warnings.
UNREAD = "no:unraisableexception"
OURS = Path(__file__).parents[2]
HYPOTHESIS = "_hypothesis_pytestplugin"
# Messages that pytest gives when it could not even collect tests; the text says more.
UNTELLING = ("", "collection failure")


@dataclass(frozen=True)
class Counted:
    """What one pytest run counted. `failures` hold a finding for every test that failed or could not be set up."""

    passed: int
    failures: tuple[Finding, ...]
    skipped: tuple[Finding, ...]

    @property
    def ran(self) -> int:
        """Tests that came to an end, well or badly; skipped ones prove nothing and don't count."""
        return self.passed + len(self.failures)


def run_tests(
    context: Context,
    name: str,
    paths: Iterable[str],
    *,
    plugins: Iterable[str] = (),
    options: Iterable[str] = (),
    environ: Mapping[str, str] | None = None,
    timeout: float = 600,
) -> Counted:
    """Run pytest over `paths` in the root; GateBroke if it crashed or left no readable result.

    The JUnit file stays in the output folder as `<name>.junit.xml`, what pytest printed as `<name>.log`.
    """
    report = context.out / f"{name}.junit.xml"
    report.unlink(missing_ok=True)
    argv = ["-m", "pytest", *paths, "-q", "--no-header", "--color=no", "-p", "no:cacheprovider"]
    argv += [f"--junit-xml={report}", "-o", "junit_family=xunit1"]
    argv += [part for plugin in (WHOLE, GARBAGE, UNREAD, HYPOTHESIS, *plugins) for part in ("-p", plugin)] + [*options]
    clean = {
        "PYTHONPATH": f"{context.root}{os.pathsep}{OURS}",
        "PYTEST_ADDOPTS": "",
        ONLY_NAMED: "1",
        PARSED: str(context.cache / "hypothesis"),
        **(environ or {}),
    }
    run = run_tool(context, PYTHON, argv, accept=(*FINISHED, 3, 4), environ=clean, timeout=timeout, log=name)
    if run.code == UNUSABLE and (unloaded := _CONFTEST.search(run.out + run.err)):
        where = Path(unloaded["file"])
        named = where.relative_to(context.root) if where.is_relative_to(context.root) else where
        why = _reason(run.out + run.err).removeprefix("E ").strip()
        return Counted(0, (Finding(f"{named}:1", f"could not be loaded: {why}", "mend it: no test can run"),), ())
    if run.code not in FINISHED:
        raise GateBroke(f"pytest ended with {run.code}, not by its tests: {_reason(run.out + run.err)}")
    tests = read_junit(_text(report), context.root)
    if run.code == 2 and not tests.failures:
        raise GateBroke(f"pytest was interrupted: {_reason(run.out + run.err)}")
    return tests


def files_of_tests(root: Path, homes: Iterable[str]) -> list[str]:
    """The test files of `homes` (folders, or files by themselves), relative to the root, each once and in order."""
    found: dict[str, None] = {}
    for home in homes:
        there = root / home
        files = [there] if there.is_file() else sorted(there.rglob("test_*.py"))
        found.update((file.relative_to(root).as_posix(), None) for file in files if file.match("test_*.py"))
    return list(found)


def as_part(name: str, tests: Counted) -> Part:
    """A pytest run as one part of a gate's evidence."""
    return Part(name, tests.ran, "tests", tests.failures, skips(tests.skipped), skipped=len(tests.skipped))


def skips(skipped: Iterable[Finding]) -> tuple[Finding, ...]:
    """One warning per reason, with how many tests it kept from running."""
    counted = Counter(finding.what for finding in skipped)
    return tuple(Finding(f"{count} skipped", reason, severity="note") for reason, count in counted.items())


def _text(report: Path) -> str:
    try:
        return report.read_text(errors="replace")
    except FileNotFoundError as problem:
        raise GateBroke("pytest left no JUnit file: it was ended before it could finish") from problem


def _reason(output: str) -> str:
    """The line in which pytest says why it stopped."""
    lines = [line for line in output.splitlines() if line.strip()]
    marked = [line for line in lines if line.startswith(("Exit: ", "!", "ERROR", "INTERNALERROR>"))]
    return (marked or lines or ["it said nothing"])[-1].strip("! ")[:LONGEST]


def read_junit(text: str, root: Path) -> Counted:
    """The tests of a JUnit file in pytest's `xunit1` form; GateBroke if it is cut or none."""
    try:
        cases = list(ET.fromstring(text).iter("testcase"))  # noqa: S314 - our own child wrote it
    except ET.ParseError as problem:
        raise GateBroke(f"pytest's JUnit file can't be read: {problem}") from problem
    failures, skipped, passed = [], [], 0
    for case in cases:
        bad = case.find("failure") if case.find("failure") is not None else case.find("error")
        skip = case.find("skipped")
        if bad is not None:
            failures.append(_failure(case, bad, root))
        elif skip is not None:
            skipped.append(Finding(case.get("name", ""), skip.get("message", "")))
        else:
            passed += 1
    return Counted(passed, tuple(failures), tuple(skipped))


def _said(text: str, message: str) -> str:
    """What pytest marks as the error itself (`E   ModuleNotFoundError: …`), its message where nothing is marked.

    The message comes second because pytest cuts it after a few lines.
    """
    marked = " ".join(line[1:].strip() for line in text.splitlines() if line.startswith("E "))
    return marked or (text if message in UNTELLING else message)


def _failure(case: ET.Element, bad: ET.Element, root: Path) -> Finding:
    text = bad.text or ""
    places = [match for match in _WHERE.finditer(text) if (root / match["file"]).is_file()]
    if places:
        where = f"{places[-1]['file']}:{places[-1]['line']}"
    else:  # pytest counts lines from 0
        where = f"{case.get('file', case.get('classname', '?'))}:{int(case.get('line', '0')) + 1}"
    message = " ".join(_said(text, bad.get("message", "")).split())
    name = case.get("name", "?").replace("_", " ")
    return Finding(where, f"{name}: {_shortened(message)}")


def _shortened(message: str) -> str:
    """The beginning and the end: long messages tell the point last."""
    return message if len(message) <= LONGEST else f"{message[: LONGEST // 3]} … {message[-LONGEST * 2 // 3 :]}"
