"""What the fuzzer is told, as settings with names of their own, read from its template. Pure.

Settings of an operation are told for each operation that they are for, so that one more of them is seen.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache

FILE = "tests/fuzz/schemathesis.toml"
_VARIABLE = re.compile(r"(=\s*)(\$\{\w+\})(?=\s*(?:#|$))", re.MULTILINE)
"""A variable where TOML expects a number: it is filled in when the fuzzer runs."""
_CHOOSES = ("include-", "exclude-")

type Settings = Mapping[tuple[str, ...], object]


@cache
def fuzzing_in(text: str) -> Settings | None:
    """Every setting by its way through the document; None if that can't be read."""
    try:
        document = tomllib.loads(_VARIABLE.sub(r'\1"\2"', text))
    except tomllib.TOMLDecodeError:
        return None
    return dict(_settings((), document))


def _settings(way: tuple[str, ...], node: object) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "operations" and isinstance(value, list):
                for one in value:
                    yield from _of_operation((*way, name), one)
            else:
                yield from _settings((*way, name), value)
    else:
        yield way, node


def _of_operation(way: tuple[str, ...], node: object) -> Iterator[tuple[tuple[str, ...], object]]:
    if not isinstance(node, dict):
        return
    chosen = {name: value for name, value in node.items() if name.startswith(_CHOOSES)}
    said = {name: value for name, value in node.items() if name not in chosen}
    names = [str(one) for value in chosen.values() for one in (value if isinstance(value, list) else [value])]
    only_named = list(chosen) == ["include-operation-id"]
    for name in names if only_named else [f"{one} {value}" for one, value in sorted(chosen.items())] or ["all of them"]:
        yield from _settings((*way, name), said)
