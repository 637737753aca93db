"""The locks, held to what must be true of them: hashes, one index, pins that are asked for, old enough, well known."""

import json
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

from pipeline.gates.context import Context
from pipeline.gates.dependencies import advisories, cooldown, lookalikes, rules, sources
from pipeline.gates.dependencies.fetched import fetched_in
from pipeline.gates.dependencies.locked import Locked, packages_in, requirements_in
from pipeline.gates.files import source_files, text_of
from pipeline.gates.part import Part
from pipeline.gates.tools.packages import applies_here, needs
from pipeline.gates.tools.release_days import asked_of_index
from pipeline.record.verdict import Finding

FOLDER = Path("locks")
NEEDED = ("lambda", "development", "world", "runtime", "uv")
"""The locks by which functions and environments are made (scripts/environment.sh, pipeline/cloud/bundle.py)."""
ASKED_BY_SCRIPTS = (Requirement("uv"),)
"""What the scripts ask for themselves (locks/uv.txt)."""
NO_LOCKS = ("overrides.txt", "released.txt")
NPM_LOCK, NPM_PACKAGE = Path("package-lock.json"), Path("package.json")
WELL_KNOWN = Path(lookalikes.__file__).with_name("well_known.txt")
BRING_BACK = "bring it back: scripts/lock writes it"


def check(context: Context) -> Part:
    """Every lock and every file that decides what is installed; `checked` counts locked versions."""
    if not any((context.root / FOLDER).glob("*.txt")):
        return Part("locks", 0, "locked versions")
    locked, findings = read_locks(context.root)
    findings += _of_locks(context, locked)
    for path in source_files(context.root):
        if sources.is_asked(path) and (text := text_of(context.root / path)) is not None:
            findings += [*sources.sources_in(str(path), text), *fetched_in(str(path), text)]
    pins = {(one.kind, one.pin) for one in locked if one.version}
    return Part("locks", len(pins), "locked versions", tuple(findings))


def read_locks(root: Path) -> tuple[tuple[Locked, ...], list[Finding]]:
    """Everything that is locked, and which locks are not there or can't be read."""
    locked: list[Locked] = []
    files = sorted(path for path in (root / FOLDER).glob("*.txt") if path.name not in NO_LOCKS)
    for path in files:
        locked += requirements_in(str(path.relative_to(root)), path.read_text(encoding="utf-8", errors="replace"))
    gone = [
        f"{FOLDER}/{name}.txt"
        for name in NEEDED
        if not any(one.where.startswith(f"{FOLDER}/{name}.txt:") for one in locked)
    ]
    findings = [Finding(f"{name}:1", "LOCK is gone, or holds nothing", BRING_BACK, "high") for name in gone]
    try:
        npm = packages_in(str(NPM_LOCK), (root / NPM_LOCK).read_text())
    except (OSError, ValueError) as problem:
        npm = ()
        findings.append(Finding(f"{NPM_LOCK}:1", f"LOCK can't be read: {problem}", BRING_BACK, "high"))
    return (*locked, *npm), findings


def _of_locks(context: Context, locked: tuple[Locked, ...]) -> Iterator[Finding]:
    yield from rules.well_locked(locked)
    yield from rules.same_hashes(locked)
    yield from _as_asked(context, locked)
    yield from advisories.vulnerable(locked, advisories.advisories_in(advisories.FILE.read_text()))
    yield from lookalikes.lookalikes(locked, well_known())
    try:
        released = cooldown.released_in((context.root / cooldown.FILE).read_text())
    except (OSError, ValueError) as problem:
        yield Finding(f"{cooldown.FILE}:1", f"COOLDOWN can't be read: {problem}", BRING_BACK, "high")
    else:
        asked = asked_of_index(context, locked, released)
        yield from cooldown.too_young(locked, {**released, **asked}, context.today)


def _as_asked(context: Context, locked: tuple[Locked, ...]) -> Iterator[Finding]:
    root = context.root
    try:
        project = (root / rules.PROJECT).read_text()
        yield from rules.as_asked(project, locked)
        roots, known = (*rules.asked_for(project), *ASKED_BY_SCRIPTS), needs(context)
        for name in NEEDED:
            here = applies_here(one for one in locked if one.where.startswith(f"{FOLDER}/{name}.txt:"))
            yield from rules.asked_by_nobody(roots, list(here), known)
        yield from rules.npm_as_asked(json.loads((root / NPM_PACKAGE).read_text()), locked)
    except (OSError, ValueError) as problem:
        yield Finding(f"{rules.PROJECT}:1", f"LOCK what is asked for can't be read: {problem}", "mend it", "high")


def well_known() -> frozenset[str]:
    """The names that everybody knows."""
    return frozenset(line for line in WELL_KNOWN.read_text().split() if not line.startswith("#"))
