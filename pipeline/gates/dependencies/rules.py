"""What must hold of the locks together: pins that are asked for, and one set of hashes for a version. Pure."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pipeline.gates.dependencies.locked import Locked
from pipeline.record.verdict import Finding

LOCK_AGAIN = "run scripts/lock, which resolves from the one index and writes every hash"
PROJECT = "pyproject.toml"


def well_locked(locked: Iterable[Locked]) -> Iterator[Finding]:
    """Lines of the locks that let something else in."""
    for one in locked:
        if one.problem:
            yield Finding(one.where, f"LOCK {one.problem}", LOCK_AGAIN, "high")


def same_hashes(locked: Iterable[Locked]) -> Iterator[Finding]:
    """Versions whose hashes differ from one lock to another: the index serves one set of files."""
    known: dict[str, Locked] = {}
    for one in locked:
        if one.version and known.setdefault(one.pin, one).hashes != one.hashes:
            what = f"LOCK {one.pin} has other hashes than in {known[one.pin].where}"
            yield Finding(one.where, what, LOCK_AGAIN, "high")


def asked_for(project: str) -> tuple[Requirement, ...]:
    """What pyproject.toml asks for, in its dependencies and in all its groups; ValueError if it can't be read."""
    document = tomllib.loads(project)
    asked = [*document.get("project", {}).get("dependencies", [])]
    for extras in (document.get("project", {}).get("optional-dependencies", {}), document.get("dependency-groups", {})):
        asked += [one for group in extras.values() for one in group if isinstance(one, str)]
    try:
        return tuple(map(Requirement, asked))
    except InvalidRequirement as problem:
        raise ValueError(str(problem)) from problem


def as_asked(project: str, locked: Iterable[Locked]) -> Iterator[Finding]:
    """Requirements of pyproject.toml that come from elsewhere, that no lock has, or that a lock has otherwise."""
    versions: dict[str, list[Locked]] = {}
    for one in locked:
        versions.setdefault(one.name, []).append(one)
    for requirement in asked_for(project):
        name = canonicalize_name(requirement.name)
        where = f"{PROJECT}:{line_of(project, requirement.name)}"
        if requirement.url:
            yield Finding(where, f"LOCK {name} is asked for at an address and not from the index", LOCK_AGAIN, "high")
        elif name not in versions:
            yield Finding(where, f"LOCK {name} is in no lock", LOCK_AGAIN, "high")
        elif all(not requirement.specifier.contains(one.version, prereleases=True) for one in versions[name]):
            what = f"LOCK {name} is asked for as {requirement.specifier}, and locked as {versions[name][0].version}"
            yield Finding(versions[name][0].where, what, LOCK_AGAIN, "high")


def asked_by_nobody(
    roots: Iterable[Requirement], locked: Sequence[Locked], needs: Mapping[str, Sequence[Requirement]]
) -> Iterator[Finding]:
    """Packages of a lock that neither the roots are nor anything needs that they need, on whatever machine.

    `needs` says what each package needs, by its name. Where it does not know one that is needed, nobody can tell.
    """
    reached: dict[str, set[str]] = {}
    waiting = list(roots)
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        extras = reached.setdefault(name, set())
        if name not in needs or (extras >= wanted.extras and extras):
            continue
        extras |= wanted.extras | {""}
        waiting += [each for each in needs[name] if _is_needed(each, extras)]
    if any(one.name in reached and one.name not in needs for one in locked):
        return
    for one in locked:
        if one.version and one.name not in reached:
            yield Finding(one.where, f"LOCK nobody asks for {one.name}", LOCK_AGAIN, "high")


def _is_needed(requirement: Requirement, extras: set[str]) -> bool:
    """Whether a package with these extras needs it; one that only other machines need is needed there."""
    marker = str(requirement.marker or "")
    return "extra" not in marker or any(f'"{extra}"' in marker for extra in extras if extra)


def npm_as_asked(package: Mapping[str, object], locked: Iterable[Locked]) -> Iterator[Finding]:
    """What package.json asks for that is no exact version, or locked otherwise; and programs of its own."""
    versions = {one.name: one.version for one in locked if one.kind == "npm"}
    for group in ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies"):
        asked = package.get(group) or {}
        for name, wanted in asked.items() if isinstance(asked, dict) else ():
            if versions.get(name) != wanted:
                what = f"LOCK {name} is asked for as {wanted}, and locked as {versions.get(name, 'nothing')}"
                yield Finding("package.json:1", what, "name the exact version that package-lock.json has", "high")
    if package.get("scripts"):
        yield Finding("package.json:1", "LOCK has scripts, which npm runs when it installs", "remove them", "high")


def line_of(text: str, word: str) -> int:
    """The first line (from 1) that has the word in quotes; 1 if none has."""
    for number, line in enumerate(text.splitlines(), start=1):
        if f'"{word}' in line or f"'{word}" in line:
            return number
    return 1
