"""Which versions of whom are live where: `contracts/consumers.toml`, which people keep."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

FILE = Path("contracts/consumers.toml")

type _Text = Annotated[str, Field(min_length=1)]


class UnreadableList(Exception):
    """The list is not what it should be: where, and why."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Live:
    """One version of a consumer, the pact that it was made with, and the stages where it runs (none: it has gone).

    `pact` is a file below `contracts/pacts`. That of an older version is kept as it was: `digest` says how.
    """

    consumer: _Text
    provider: _Text
    version: _Text
    pact: _Text
    stages: tuple[_Text, ...]
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class _File:
    us: _Text | None = None
    live: tuple[Live, ...] = ()


_FILE = TypeAdapter(_File)


def read_consumers(root: Path) -> tuple[Live, ...]:
    """What is live where; nothing where there is no list. UnreadableList if it is none."""
    return _read(root).live


def our_name(root: Path) -> str | None:
    """What pacts and brokers call the service of this source, if the list says it. UnreadableList if it is none."""
    return _read(root).us


def _read(root: Path) -> _File:
    path = root / FILE
    if not path.exists():
        return _File()
    try:
        return _FILE.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as problem:
        first = problem.errors()[0]
        raise UnreadableList(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from problem
    except (OSError, ValueError) as problem:
        raise UnreadableList(str(problem)) from problem
