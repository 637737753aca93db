"""How the API keeps what the contract promises of each operation: which authorizer stands for which scheme.

`doors.toml` is data. What is public is listed there with its reason, so that no operation becomes public by a word
left out somewhere.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.gates.context import GateBroke

FILE = Path("pipeline/gates/guard/doors.toml")


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Scheme:
    """What a method asks for a security scheme: an authorization type, a key, and scopes if the promise names none."""

    authorization: str = ""
    scopes: tuple[str, ...] = ()
    api_key: bool = False


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Public:
    """An operation that anybody may ask (`GET /v1/health`), and why."""

    operation: str
    reason: str


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Doors:
    """The schemes by their names in the contract, and what is public."""

    scheme: Mapping[str, Scheme] = field(default_factory=dict)
    public: tuple[Public, ...] = ()

    def is_public(self, operation: str) -> bool:
        """Whether the operation is listed as public."""
        return any(each.operation == operation for each in self.public)


_DOORS = TypeAdapter(Doors)


def read(root: Path) -> Doors:
    """The doors of the source, none without the file; GateBroke if it is not what it should be."""
    path = root / FILE
    if not path.exists():
        return Doors()
    try:
        doors = _DOORS.validate_python(tomllib.loads(path.read_text()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise GateBroke(f"{FILE}: {problem}") from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        raise GateBroke(f"{FILE}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from problem
    bare = [each.operation for each in doors.public if len(each.reason.split()) < 3]
    if bare:
        raise GateBroke(f"{FILE}: {', '.join(bare)}: a reason is a sentence")
    return doors
