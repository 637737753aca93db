"""Runs pytest in a process of its own and reads what it counted from its JUnit file."""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree as ET

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.part import Part
from pipeline.gates.stops_soon import TOLD
from pipeline.gates.tool import run_tool
from pipeline.record.counting import plural
from pipeline.record.verdict import Finding

# https://docs.pytest.org/en/stable/reference/exit-codes.html: 2 is an interrupted run, as collection errors make it.
FINISHED = (0, 1, 2, 5)
INTERRUPTED = 2
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
STOPS_SOON = "pipeline.gates.stops_soon"
# It looks for garbage five times at the end, to warn of what could not be finalized; no gate reads warnings.
UNREAD = "no:unraisableexception"
OURS = Path(__file__).parents[2]
HYPOTHESIS = "_hypothesis_pytestplugin"
NO_INDEX = re.compile(r"^E +(?:pipeline\.cloud\.bundle\.)?IndexUnreachable: (?P<said>.*)", re.MULTILINE | re.DOTALL)
"""How a test ends that needs the zips when the package index does not answer (`pipeline.cloud.bundle`)."""
# Messages that pytest gives when it could not even collect tests; the text says more.
UNTELLING = ("", "collection failure")


@dataclass(frozen=True)
class Counted:
    """What one pytest run counted. `failures` hold a finding for every test that failed or could not be set up.

    `unbuilt` are the tests that came to no end because the package index did not answer: nothing is known of those.
    `stopped`: it ended soon after a test had failed, so there may be other failures.
    """

    passed: int
    failures: tuple[Finding, ...]
    skipped: tuple[Finding, ...]
    unbuilt: tuple[Finding, ...] = ()
    stopped: bool = False

    @property
    def broken(self) -> str:
        """Why the run can't be trusted, on one line: empty, it can."""
        if not self.unbuilt:
            return ""
        first = self.unbuilt[0]
        return f"{plural(len(self.unbuilt), 'test')} could not run: {first.where}  {first.what}"

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
    if run.code == INTERRUPTED and not (tests.failures or tests.unbuilt):
        raise GateBroke(f"pytest was interrupted: {_reason(run.out + run.err)}")
    return replace(tests, stopped=run.code == INTERRUPTED and TOLD in run.out)


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
    told, skipped = skips(tests.skipped), len(tests.skipped)
    told += (Finding(name, TOLD, severity="note"),) * tests.stopped
    return Part(name, tests.ran, "tests", tests.failures, told, broken=tests.broken, skipped=skipped)


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
    failures, skipped, unbuilt, passed = [], [], [], 0
    for case in cases:
        bad = case.find("failure") if case.find("failure") is not None else case.find("error")
        skip = case.find("skipped")
        if bad is not None and (unanswered := NO_INDEX.search(bad.text or "")):
            unbuilt.append(Finding(_place(case, bad, root), _one_line(unanswered["said"])))
        elif bad is not None:
            failures.append(_failure(case, bad, root))
        elif skip is not None:
            skipped.append(Finding(case.get("name", ""), skip.get("message", "")))
        else:
            passed += 1
    return Counted(passed, tuple(failures), tuple(skipped), tuple(unbuilt))


def _one_line(said: str) -> str:
    """What an exception says, from its lines as pytest marks them."""
    lines = (line[1:].strip() if line.startswith("E ") else "" for line in f"E {said}".splitlines())
    return _shortened(" ".join(line for line in lines if line))


def _said(text: str, message: str) -> str:
    """What pytest marks as the error itself (`E   ModuleNotFoundError: …`), its message where nothing is marked.

    The message comes second because pytest cuts it after a few lines.
    """
    marked = " ".join(line[1:].strip() for line in text.splitlines() if line.startswith("E "))
    return marked or (text if message in UNTELLING else message)


def _failure(case: ET.Element, bad: ET.Element, root: Path) -> Finding:
    message = " ".join(_said(bad.text or "", bad.get("message", "")).split())
    name = case.get("name", "?").replace("_", " ")
    return Finding(_place(case, bad, root), f"{name}: {_shortened(message)}")


def _place(case: ET.Element, bad: ET.Element, root: Path) -> str:
    """`file:line` where it failed: the last that is of this tree, or the test itself."""
    places = [match for match in _WHERE.finditer(bad.text or "") if (root / match["file"]).is_file()]
    if places:
        return f"{places[-1]['file']}:{places[-1]['line']}"
    return f"{case.get('file', case.get('classname', '?'))}:{int(case.get('line', '0')) + 1}"  # pytest counts from 0


def _shortened(message: str) -> str:
    """The beginning and the end: long messages tell the point last."""
    return message if len(message) <= LONGEST else f"{message[: LONGEST // 3]} … {message[-LONGEST * 2 // 3 :]}"
