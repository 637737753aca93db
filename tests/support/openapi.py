"""The promise as data, and its JSON form: `python -m tests.support.openapi` writes api/openapi.json."""

import json
from datetime import date
from typing import Any

from api.handlers.service import DOCUMENT
from tests.support.promised import PROMISE, promise

__all__ = ["PROMISE", "as_json", "operations", "promise", "resolved"]


def as_json() -> str:
    """What api/openapi.json should hold."""
    return json.dumps(promise(), indent=1, default=date.isoformat) + "\n"  # YAML reads a day as a day


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    """The promised operations by method and path."""
    return {
        (method.upper(), path): operation
        for path, item in promise()["paths"].items()
        for method, operation in item.items()
    }


def resolved(value: Any) -> Any:
    """The value with every $ref replaced by what it refers to."""
    match value:
        case {"$ref": str(reference)}:
            target: Any = promise()
            for part in reference.removeprefix("#/").split("/"):
                target = target[part]
            return resolved(target)
        case dict():
            return {name: resolved(inner) for name, inner in value.items()}
        case list():
            return [resolved(inner) for inner in value]
        case _:
            return value


if __name__ == "__main__":
    DOCUMENT.write_text(as_json())
