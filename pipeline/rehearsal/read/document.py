"""Documents at the edge: JSON from a file, and JSON held against a schema, with every problem found at once."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pipeline.rehearsal.errors import Problem, Unreadable
from pipeline.rehearsal.spec import Json

_JSON: TypeAdapter[Json] = TypeAdapter(Json)

SYNTHESIZE_AGAIN = "synthesize the app again, and read the folder that it wrote"
NOT_KNOWN = "remove it, or teach the rehearsal what it does"

_SAYS = {
    "missing": ("it is missing", "add it"),
    "extra_forbidden": ("this key is not known", NOT_KNOWN),
    "unexpected_keyword_argument": ("this key is not known", NOT_KNOWN),
}


def sha256(content: bytes) -> str:
    """The hex SHA-256 of `content`."""
    return hashlib.sha256(content).hexdigest()


def read_bytes(path: Path) -> bytes:
    """A file's content; Unreadable if it isn't there or can't be opened."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise Unreadable(problem.strerror or "can't be opened", SYNTHESIZE_AGAIN, file=str(path)) from problem


def parse_json(content: bytes, file: str) -> Json:
    """The JSON in `content`; Unreadable with line and column if it is none."""
    try:
        return _JSON.validate_python(json.loads(content))
    except json.JSONDecodeError as problem:
        at = f"line {problem.lineno} column {problem.colno}"
        raise Unreadable(f"not JSON: {problem.msg}", SYNTHESIZE_AGAIN, file=file, path=at) from problem
    except UnicodeDecodeError as problem:
        raise Unreadable(f"not UTF-8: {problem.reason}", SYNTHESIZE_AGAIN, file=file) from problem


def validate[T](schema: TypeAdapter[T], value: Json, file: str, at: str = "") -> T:
    """`value` as the schema's type; Unreadable with a problem for everything that doesn't fit, at its JSON path."""
    try:
        return schema.validate_python(value)
    except ValidationError as refused:
        problems = []
        for error in refused.errors():
            what, fix = _SAYS.get(error["type"], (error["msg"].removeprefix("Value error, "), "mend it"))
            problems.append(Problem(file, join(at, error["loc"]), what, fix))
        raise Unreadable.of(problems) from refused


def join(at: str, parts: Iterable[str | int]) -> str:
    """A JSON path: `join("Stages", (0, "Name"))` is `Stages[0].Name`."""
    path = at
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path
