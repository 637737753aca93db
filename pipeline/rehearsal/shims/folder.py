"""Makes the folder of shims that stands first on a build's PATH, from what is really installed."""

import json
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from pydantic import BaseModel, Field, ValidationError

from pipeline.rehearsal.errors import Broke

SHIM = Path(__file__).with_name("npm.py")


class Tool(TypedDict):
    """A package as the npm shim wants to know it."""

    version: str
    commands: dict[str, str]


@dataclass(frozen=True)
class NodeTools:
    """Where node is, and the folder in which `npm ci` installed package-lock.json (it holds node_modules)."""

    node: Path
    folder: Path

    @property
    def npm(self) -> Path:
        """The program of the npm that came with node."""
        return self.node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


class _Manifest(BaseModel):
    """What is read of a package.json."""

    name: str
    version: str = ""
    dependencies: dict[str, str] = Field(default_factory=dict)
    bin: dict[str, str] | str = Field(default_factory=dict)


def _read(path: Path) -> _Manifest:
    try:
        return _Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as problem:
        raise Broke(f"{path} can't be read: {problem}; run scripts/setup") from problem


def installed(tools: NodeTools) -> dict[str, Tool]:
    """The packages that package.json names, as they are installed: their versions are what the files say."""
    found: dict[str, Tool] = {}
    for name in _read(tools.folder / "package.json").dependencies:
        package = tools.folder / "node_modules" / name
        manifest = _read(package / "package.json")
        commands = {manifest.name: manifest.bin} if isinstance(manifest.bin, str) else manifest.bin
        found[name] = Tool(
            version=manifest.version, commands={command: str(package / file) for command, file in commands.items()}
        )
    return found


def write_shims(folder: Path, tools: NodeTools) -> Path:
    """Write the shims into `folder`, which is returned, ready for PATH. Broke if the tools are not installed."""
    for program in (tools.node, tools.npm):
        if not program.is_file():
            raise Broke(f"{program} is not there; run scripts/setup")
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / "npm.json"
    table.write_text(
        json.dumps({"node": str(tools.node), "npm": str(tools.npm), "packages": installed(tools)}, indent=1)
    )
    words = " ".join(shlex.quote(str(word)) for word in (sys.executable, "-I", "-S", SHIM, table))
    npm = folder / "npm"
    npm.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    npm.chmod(0o755)
    return folder
