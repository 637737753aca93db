"""A pact: what one consumer relies on at one provider, as Pact's own files say it (specification V3 and V4)."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

PACTS = Path("contracts/pacts")
SHOWN = 8
"""Letters of a digest that are shown to people."""


class UnreadablePact(Exception):
    """A file that is no pact: where, and why."""


@dataclass(frozen=True)
class Pact:
    """One pact file. `name` is its place below the folder of pacts; equal digests say the same, however written."""

    name: str
    consumer: str
    provider: str
    digest: str
    interactions: tuple[dict[str, Any], ...]
    path: Path

    @property
    def short(self) -> str:
        """The beginning of the digest."""
        return self.digest[:SHOWN]


@checked(frozen=True, config=ConfigDict(extra="ignore"))
class _Party:
    name: str


@checked(frozen=True, config=ConfigDict(extra="ignore"))
class _File:
    """V3 keeps messages apart from interactions, V4 does not."""

    consumer: _Party
    provider: _Party
    interactions: tuple[dict[str, Any], ...] = ()
    messages: tuple[dict[str, Any], ...] = ()


_FILE = TypeAdapter(_File)


def read_pact(path: Path, folder: Path) -> Pact:
    """The pact in `path`, named from `folder` on; UnreadablePact if it is none."""
    name = path.relative_to(folder).as_posix()
    try:
        file = _FILE.validate_json(path.read_bytes())
    except ValidationError as problem:
        first = problem.errors()[0]
        raise UnreadablePact(f"{name}: {'.'.join(map(str, first['loc'])) or 'document'}: {first['msg']}") from problem
    except OSError as problem:
        raise UnreadablePact(f"{name}: {problem}") from problem
    asked = (*file.interactions, *file.messages)
    said = json.dumps([file.consumer.name, file.provider.name, asked], sort_keys=True)
    return Pact(name, file.consumer.name, file.provider.name, hashlib.sha256(said.encode()).hexdigest(), asked, path)


def pacts_in(folder: Path) -> Iterator[Pact]:
    """Every pact below `folder`, by name; UnreadablePact for the first that is none."""
    for path in sorted(folder.rglob("*.json")):
        yield read_pact(path, folder)
