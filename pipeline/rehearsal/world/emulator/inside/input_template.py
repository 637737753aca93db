"""A pipe's input template: what it makes of a record. Pure.

Source: EventBridge User Guide, "Amazon EventBridge Pipes input transformation": free text, a JSON path, or JSON with
paths in it, each between angle brackets. In JSON a path without quotes gives a value; anywhere else it gives text. What
isn't understood is refused when the pipe is made.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

VARIABLE: Final = re.compile(r"<(?P<inner>[^<>]*)>")
PATH: Final = re.compile(r"\$(\.[A-Za-z0-9_/-]+)+")


class TemplateRefused(ValueError):
    """A template that is wrong, or that isn't rehearsed."""


def check(template: str) -> None:
    """Raise TemplateRefused for anything but plain paths."""
    for variable in VARIABLE.finditer(template):
        if not PATH.fullmatch(variable["inner"]):
            raise TemplateRefused(f"input template: <{variable['inner']}> is not rehearsed; only plain paths are")


def rendered(template: str, record: Mapping[str, Any]) -> str:
    """The input that a template makes of a record; a path to nothing gives nothing."""
    is_json = template.lstrip().startswith(("{", "["))

    def put(variable: re.Match[str]) -> str:
        value = select(variable["inner"], record)
        if not is_json:
            return _text(value)
        quoted = template[: variable.start()].endswith('"') and template[variable.end() :].startswith('"')
        return json.dumps(_text(value))[1:-1] if quoted else json.dumps(value)

    return VARIABLE.sub(put, template)


def select(path: str, record: Mapping[str, Any]) -> Any:
    """What stands at `$.a.b.c`; None if nothing does."""
    found: Any = record
    for step in path.removeprefix("$.").split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
