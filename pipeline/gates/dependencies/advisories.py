"""Versions that we know to be vulnerable, without asking anybody: a floor that holds offline, and no audit. Pure.

`known_vulnerable.toml` lists what the team has learnt of the packages in its way. It is never complete: whether
anything else is known of what is locked, only the service of advisories can say (`pipeline.gates.tools.pip_audit`).
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import SpecifierSet

from pipeline.gates.dependencies.locked import Locked
from pipeline.record.verdict import Finding

FILE = Path(__file__).with_name("known_vulnerable.toml")


@dataclass(frozen=True)
class Advisory:
    """Versions of a package that an advisory speaks of."""

    package: str
    versions: SpecifierSet
    name: str


def advisories_in(text: str) -> tuple[Advisory, ...]:
    """The list: package, then advisory, then the versions it is about."""
    return tuple(
        Advisory(package, SpecifierSet(versions), name)
        for package, told in tomllib.loads(text).items()
        for name, either in told.items()
        for versions in ([either] if isinstance(either, str) else either)
    )


def vulnerable(locked: Iterable[Locked], known: Iterable[Advisory]) -> Iterator[Finding]:
    """Locked versions that an advisory is about."""
    by_package: dict[str, list[Advisory]] = {}
    for advisory in known:
        by_package.setdefault(advisory.package, []).append(advisory)
    for one in locked:
        for advisory in by_package.get(one.name, ()) if one.version else ():
            if advisory.versions.contains(one.version, prereleases=True):
                what = f"ADVISORY {one.pin}: {advisory.name} is about {advisory.versions}"
                yield Finding(one.where, what, "lock a version that it is not about", "high")
