"""What is installed and what is shipped: the metadata of the packages, in the environments and in the zips."""

import hashlib
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pipeline.gates.context import Context
from pipeline.gates.dependencies.bill import Measured
from pipeline.gates.dependencies.licences import licence_of
from pipeline.gates.dependencies.locked import Locked

INTERPRETERS = ("SLIPWAY_WORLD_PYTHON", "SLIPWAY_RUNTIME_PYTHON", "UV")
"""Variables that name a program in the `bin` of another environment than this one (scripts/environment.sh)."""
_METADATA = ".dist-info/METADATA"


@dataclass(frozen=True)
class Zip:
    """A zip of the assembly: the file, and the packages in it by pin, with the licence of each."""

    file: Measured
    packages: dict[str, str]


def installed(context: Context) -> dict[str, str]:
    """The licence of every package that is installed in one of our environments, by pin; empty if nobody knows it."""
    folders = [str(folder) for folder in _folders(context)]
    return {_pin(one.metadata): licence_of(one.metadata) for one in metadata.distributions(path=folders)}  # type: ignore[arg-type]


def needs(context: Context) -> dict[str, list[Requirement]]:
    """What each installed package needs, by its name, as all of its versions say it."""
    found: dict[str, list[Requirement]] = {}
    for one in metadata.distributions(path=[str(folder) for folder in _folders(context)]):
        asked = found.setdefault(canonicalize_name(str(one.metadata["Name"])), [])
        asked += map(Requirement, one.requires or ())
    return found


def zips_of(context: Context) -> tuple[Zip, ...]:
    """The zips of the assembly."""
    return tuple(map(_read, sorted(context.assembly.rglob("*.zip"))))


def applies_here(locked: Iterable[Locked]) -> Iterator[Locked]:
    """Those that are installed on a machine like this one."""
    yield from (one for one in locked if not one.marker or Marker(one.marker).evaluate())


def _folders(context: Context) -> Iterator[Path]:
    programs = [
        Path(sys.executable),
        *(Path(context.environ[name]) for name in INTERPRETERS if name in context.environ),
    ]
    for program in programs:
        yield from (program.parent.parent / "lib").glob("python3*/site-packages")


def _read(path: Path) -> Zip:
    with zipfile.ZipFile(path) as archive:
        told = [archive.read(name).decode() for name in archive.namelist() if name.endswith(_METADATA)]
    parsed = [Parser().parsestr(text, headersonly=True) for text in told]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Zip(Measured(path.name, digest), {_pin(one): licence_of(one) for one in parsed})


def _pin(one: Message) -> str:
    return f"{canonicalize_name(str(one['Name']))}=={one['Version']}"
