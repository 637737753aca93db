"""`.github/actions.lock.toml`: which commit of an action was read, and its version and day. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from pipeline.gates.workflow.required import NotReadable

FILE = ".github/actions.lock.toml"


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Locked:
    """One action (`owner/name`, or with a path in it), its full commit, the tag on it, and the day of that tag."""

    name: str
    sha: str
    version: str
    date: date


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class _File:
    action: tuple[Locked, ...] = ()


_FILE = TypeAdapter(_File)


@dataclass(frozen=True)
class Lock:
    """The locked actions, by name in lower case and commit."""

    actions: Mapping[tuple[str, str], Locked]

    def find(self, name: str, sha: str) -> Locked | None:
        """The entry of this commit, or None. An action of a folder is locked with its repository."""
        repository = "/".join(name.split("/")[:2])
        return self.actions.get((name, sha)) or self.actions.get((repository, sha))


def lock_in(texts: Mapping[str, str]) -> Lock:
    """The lock of a tree, empty if there is none; NotReadable if it is not what it should be."""
    try:
        told = _FILE.validate_python(tomllib.loads(texts.get(FILE, "")))
    except tomllib.TOMLDecodeError as problem:
        raise NotReadable(str(problem)) from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        raise NotReadable(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from problem
    return Lock({(one.name.lower(), one.sha): one for one in told.action})
