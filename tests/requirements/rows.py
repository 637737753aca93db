"""The rows of `rows.toml`, and whether the places that they name are there."""

import ast
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("rows.toml")

type State = Literal["kept", "partly", "account", "open"]


@dataclass(frozen=True)
class Row:
    """One thing that the product must have. `code` and `proof` are places: a file, or `file::name`."""

    asks: str
    state: State
    code: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()
    why: str = field(default="")


_ROWS = TypeAdapter(dict[str, Row])


def rows() -> dict[str, Row]:
    """All rows by their ids, in the order of the file."""
    return _ROWS.validate_python(tomllib.loads(FILE.read_text(encoding="utf-8")))


def is_there(place: str) -> bool:
    """Whether a place is in this source: its file, and the definition that it names."""
    file, _, name = place.partition("::")
    return (ROOT / file).is_file() and (not name or name in defined_in(ROOT / file))


@cache
def defined_in(file: Path) -> frozenset[str]:
    """What a module defines: its functions, classes and constants, and methods as `Class.method`."""
    return frozenset(name for node in ast.parse(file.read_text(encoding="utf-8")).body for name in _names(node))


def _names(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return [name]
        case ast.ClassDef(name=name, body=body):
            return [name, *(f"{name}.{inner}" for part in body for inner in _names(part))]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []
