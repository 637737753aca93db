"""What a function logged when it failed, cut down to what a person wants to know first: the error and its place.

Two shapes of JSON are known: what the Lambda runtime makes of an exception that nobody caught ("Lambda function errors
in Python": errorType, errorMessage, stackTrace), and a structured log line that carries the traceback as text under
`exception`, as Python's JSON loggers write it. Anything else is left as it is.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MOST = 300
_USUAL = frozenset(
    ("level", "message", "timestamp", "service", "location", "correlation_id", "requestId", "logger", "cold_start")
)
_SAID = frozenset(("level", "message", "errorMessage", "exception"))
_BAD = frozenset(("ERROR", "CRITICAL", "FATAL"))
_FRAME = re.compile(r'File "([^"]+)", line (\d+), in (\S+)')
_TASK = re.compile(r"^/var/task/|^.*/[0-9a-f]{32}/")


def told_in_short(line: str) -> str:
    """`KeyError: 'sku' at api/handlers/orders.py:41 in place`, or the line itself, in at most 300 characters."""
    try:
        told = json.loads(line)
    except ValueError:
        return _cut(line)
    if not isinstance(told, dict):
        return _cut(line)
    if "errorMessage" in told:
        return _cut(f"{told.get('errorType', 'Error')}: {told['errorMessage']}{_place(told.get('stackTrace') or ())}")
    if isinstance(told.get("exception"), str):
        trace = told["exception"].strip().splitlines()
        return _cut(f"{trace[-1] if trace else 'an exception'}{_place(trace)}")
    facts = ", ".join(f"{name} {_last(value)}" for name, value in told.items() if value and not _usual(name))
    message = str(told.get("message", "")) or line
    return _cut(f"{message}: {facts}" if facts else message)


def in_short(lines: Sequence[str], log: str) -> list[str]:
    """A log's lines with what functions logged as one: the first error among it in short, and where the others are.

    A function's line is JSON, also behind its name; `log` is what the reader is told to look into.
    """
    logged = {number: found for number, line in enumerate(lines) if (found := _structured(line))}
    if not logged:
        return list(lines)
    first = next((number for number, (_, told) in logged.items() if _is_error(told)), min(logged))
    name, told = logged[first]
    others = "more of them" if len(logged) > 1 else "the whole line"
    shown = f"{name}{told_in_short(json.dumps(told))} ({others} in {log})"
    hidden = logged.keys() - {first}
    return [shown if number == first else line for number, line in enumerate(lines) if number not in hidden]


def _structured(line: str) -> tuple[str, Mapping[str, Any]] | None:
    """What stands before a line's JSON object, and the object; None for a line that is no function's."""
    before, brace, rest = line.partition("{")
    try:
        told = json.loads(brace + rest) if brace else None
    except ValueError:
        return None
    return (before, told) if isinstance(told, dict) and _SAID.intersection(told) else None


def _is_error(told: Mapping[str, Any]) -> bool:
    return "errorMessage" in told or "exception" in told or str(told.get("level")).upper() in _BAD


def _usual(name: str) -> bool:
    """Whether every structured line has a field of this name, whatever happened."""
    return name in _USUAL or name.startswith(("function_", "xray_", "trace"))


def _last(value: object) -> object:
    """The last of several, as of frames: there it went wrong."""
    return value[-1] if isinstance(value, list) else value


def _place(trace: object) -> str:
    """The last frame that a traceback names, relative to the function's own code where it is there."""
    lines = [str(line) for line in trace] if isinstance(trace, Iterable) else []
    found = _FRAME.findall("\n".join(lines))
    if not found:
        return ""
    own = [frame for frame in found if _TASK.search(frame[0]) and "site-packages" not in frame[0]]
    file, line, function = (own or found)[-1]
    return f" at {_TASK.sub('', file)}:{line} in {function}"


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MOST else f"{text[: MOST - 1]}…"
