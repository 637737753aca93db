"""Stands in for npm: `python -I -S npm.py TABLE [ARGUMENT…]`. A program of its own, standard library only.

CDK's own buildspecs fetch their tools with `npm install -g NAME@VERSION`. Where exactly that version is here already,
by the hash in package-lock.json, its commands are put into the build's own prefix and one line says so. Every other
call is handed to the real npm, unchanged. The commands are the packages' real ones.

TABLE is a file of JSON: `{"node": path, "npm": path, "packages": {name: {"version": text, "commands": {name: path}}}}`.
"""

import json
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

INSTALL = frozenset({"install", "i", "add"})
GLOBAL = frozenset({"-g", "--global"})
# These change what npm says, never what it installs.
WITHOUT_EFFECT = frozenset({"--no-audit", "--no-fund", "--no-update-notifier", "--silent", "-s", "--quiet", "-q"})


@dataclass(frozen=True)
class Package:
    """A package that is here: its version, and its commands' files by name."""

    version: str
    commands: Mapping[str, str]


def asked_for(arguments: Sequence[str]) -> tuple[tuple[str, str], ...] | None:
    """The (name, version) pairs of an `npm install -g`, version "" if none is told; None for any other call."""
    words = [argument for argument in arguments if argument not in WITHOUT_EFFECT]
    if not words or words[0] not in INSTALL or not GLOBAL & set(words):
        return None
    specs = [word for word in words[1:] if word not in GLOBAL]
    if not specs or any(spec.startswith("-") for spec in specs):
        return None
    return tuple(_split(spec) for spec in specs)


def _split(spec: str) -> tuple[str, str]:
    """`name@version`, where a name may begin with an @ of its own (a scope)."""
    name, _, version = spec[1:].partition("@")
    return spec[:1] + name, version


def here(wanted: Sequence[tuple[str, str]] | None, packages: Mapping[str, Package]) -> tuple[Package, ...]:
    """The packages that were asked for, if every one is here in exactly the version asked for; else none."""
    if not wanted or any(name not in packages or packages[name].version != version for name, version in wanted):
        return ()
    return tuple(packages[name] for name, _ in wanted)


def install(package: Package, node: str, prefix: Path) -> None:
    """Put the package's commands into `prefix`/bin, run by our node."""
    folder = prefix / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    for name, file in package.commands.items():
        command = folder / name
        command.unlink(missing_ok=True)
        command.write_text(f'#!/bin/sh\nexec {shlex.quote(node)} {shlex.quote(file)} "$@"\n')
        command.chmod(0o755)


def main(table: Path, arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Answer, or become the real npm; the exit status."""
    known = json.loads(table.read_text())
    packages = {name: Package(item["version"], item["commands"]) for name, item in known["packages"].items()}
    wanted = asked_for(arguments)
    found = here(wanted, packages)
    prefix = environment.get("NPM_CONFIG_PREFIX")
    if not wanted or not found or not prefix:
        os.execve(known["node"], [known["node"], known["npm"], *arguments], environment)  # noqa: S606  no shell
    for package in found:
        install(package, known["node"], Path(prefix))
    names = " ".join(f"{name}@{version}" for name, version in wanted)
    sys.stdout.write(f"npm (shim): {names} is here already, pinned by package-lock.json: nothing was fetched\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:], dict(os.environ)))
