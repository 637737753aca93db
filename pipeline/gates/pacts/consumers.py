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

    `pact` is a file below `contracts/pacts`. That of an older version is kept as it was: `sha256` says how.
    """

    consumer: _Text
    provider: _Text
    version: _Text
    pact: _Text
    stages: tuple[_Text, ...]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class _File:
    live: tuple[Live, ...] = ()


_FILE = TypeAdapter(_File)


def read_consumers(root: Path) -> tuple[Live, ...]:
    """What is live where; nothing where there is no list. UnreadableList if it is none."""
    path = root / FILE
    if not path.exists():
        return ()
    try:
        return _FILE.validate_python(tomllib.loads(path.read_text(encoding="utf-8"))).live
    except ValidationError as problem:
        first = problem.errors()[0]
        raise UnreadableList(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from problem
    except (OSError, ValueError) as problem:
        raise UnreadableList(str(problem)) from problem
