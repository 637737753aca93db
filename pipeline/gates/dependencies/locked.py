"""The locks, read: which package in which version and with which hashes, and every line that is no such thing. Pure.

`locks/*.txt` are hashed requirements as `uv pip compile` writes them, `package-lock.json` is npm's own.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

_HASH = re.compile(r"--hash[= ](\S+)")
_SHA256 = re.compile(r"sha256:[0-9a-f]{64}")
_INTEGRITY = re.compile(r"sha512-[A-Za-z0-9+/]{86}==")
_CONTINUED = re.compile(r"\\\n\s*")


@dataclass(frozen=True)
class Locked:
    """A package at one version, as the lock `where` (file:line) has it; `problem` says what is wrong with the line.

    `kind` is the package URL's: `pypi` or `npm`. A hash is `sha256:…`, or npm's `sha512-…`. `marker` says on which
    machines it is installed (nothing: on all), `licence` what npm's lock says of it.
    """

    kind: str
    name: str
    version: str
    hashes: frozenset[str]
    where: str
    problem: str = ""
    licence: str = ""
    marker: str = ""

    @property
    def pin(self) -> str:
        """`name==version`, or `name@version` for npm."""
        return f"{self.name}{'==' if self.kind == 'pypi' else '@'}{self.version}"


@lru_cache(64)  # the same lock is read for each rule, and for the release before
def requirements_in(name: str, text: str) -> tuple[Locked, ...]:
    """The packages of the hashed requirements `text` of the file `name`, and what is none."""
    return tuple(_read(f"{name}:{number}", line) for number, line in _lines(text))


def packages_in(name: str, text: str) -> tuple[Locked, ...]:
    """The packages of npm's lock; ValueError if the text is not one."""
    document = json.loads(text)
    if not isinstance(document, dict) or not isinstance(document.get("packages"), dict):
        raise ValueError("no lock of npm's version 2 or 3")
    found = []
    for path, told in document["packages"].items():
        if path:
            line = text[: text.find(f'"{path}"')].count("\n") + 1
            found.append(_of_npm(path, told, f"{name}:{line}"))
    return tuple(found)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Each requirement with its hashes as one line, and the number (from 1) of the line where it begins."""
    number = 1
    for line in _CONTINUED.sub(lambda found: f"\0{found[0].count(chr(10))}", text).split("\n"):
        begins, whole = number, line.replace("\0" + "1", " ").strip()
        number += 1 + line.count("\0")
        if whole and not whole.startswith("#"):
            yield begins, whole


def _read(where: str, line: str) -> Locked:
    hashes = frozenset(_HASH.findall(line))
    asked = _HASH.sub("", line).split(" #")[0].strip()
    problem = f"is no pinned requirement: {asked[:60]}"
    if asked.startswith("-"):
        return Locked("pypi", "", "", hashes, where, f"holds an option, so another index or file: {asked[:60]}")
    try:
        requirement = Requirement(asked)
    except InvalidRequirement:
        return Locked("pypi", "", "", hashes, where, problem)
    name, pins = canonicalize_name(requirement.name), list(requirement.specifier)
    if requirement.url:
        return Locked("pypi", name, "", hashes, where, f"takes {name} from an address and not from the index")
    if len(pins) != 1 or pins[0].operator != "==" or "*" in pins[0].version:
        return Locked("pypi", name, "", hashes, where, problem)
    unhashed = "" if _good(hashes) else f"{name} has no hash: whatever the index serves is installed"
    return Locked("pypi", name, pins[0].version, hashes, where, unhashed, marker=str(requirement.marker or ""))


def _of_npm(path: str, told: dict[str, object], where: str) -> Locked:
    name, version = path.rpartition("node_modules/")[2], str(told.get("version", ""))
    integrity, resolved = str(told.get("integrity", "")), str(told.get("resolved", ""))
    problem = ""
    if told.get("link") or not version or resolved.startswith(("git", "file:")):
        problem = f"takes {name} from elsewhere and not from the registry"
    elif resolved:
        problem = f"names the address of {name}: the registry that is asked is the machine's setting"
    elif told.get("hasInstallScript"):
        problem = f"{name} runs a program of its own when it is installed"
    elif not _INTEGRITY.fullmatch(integrity):
        problem = f"{name} has no hash: whatever the registry serves is installed"
    licence = told.get("license")
    said = str(licence) if licence else ""
    return Locked("npm", name, version, frozenset(integrity.split()), where, problem, said)


def _good(hashes: frozenset[str]) -> bool:
    return bool(hashes) and all(map(_SHA256.fullmatch, hashes))
