"""Handlers that behave well or badly. They run under the Lambda interpreter, with this folder as task root."""

import importlib
import os
import signal
import sys
from pathlib import Path
from typing import Any

_calls = 0


def echo(event: Any, _context: Any) -> Any:
    """Answer with the event."""
    return event


def count(_event: Any, _context: Any) -> dict[str, int]:
    """Answer how often this process has been called, and which it is."""
    global _calls  # noqa: PLW0603  (what stays in memory is what is tested)
    _calls += 1
    return {"calls": _calls, "pid": os.getpid()}


def describe(_event: Any, context: Any) -> dict[str, Any]:
    """Answer what the context says."""
    return {
        "request_id": context.aws_request_id,
        "name": context.function_name,
        "version": context.function_version,
        "memory": context.memory_limit_in_mb,
        "arn": context.invoked_function_arn,
        "log_group": context.log_group_name,
        "log_stream": context.log_stream_name,
        "remaining_ms": context.get_remaining_time_in_millis(),
        "client": context.client_context.custom if context.client_context else None,
        "identity": context.identity.cognito_identity_id,
        "trace": os.environ["_X_AMZN_TRACE_ID"],
    }


def surroundings(_event: Any, _context: Any) -> dict[str, Any]:
    """Answer what the process sees around it."""
    return {
        "variables": dict(os.environ),
        "path": sys.path,
        "cwd": str(Path.cwd()),
        "stdin": sys.stdin.read(),
        "pid": os.getpid(),
        "group": os.getpgrp(),
    }


def load(event: str, _context: Any) -> str | None:
    """Import a module by name and answer where it came from."""
    return importlib.import_module(event).__file__


def fail(event: str, _context: Any) -> None:
    """Raise what is asked for."""
    raise ValueError(event)


def leave(event: int, _context: Any) -> None:
    """End the process."""
    sys.exit(event)


def forever(event: str | None, _context: Any) -> None:
    """Write the own pid into a FIFO, if one is named, and never answer."""
    if event is not None:
        Path(event).write_text(str(os.getpid()))
    signal.pause()


def meet(event: dict[str, str], _context: Any) -> int:
    """Open one end of a FIFO: two of these get on only when they run at the same time."""
    with Path(event["fifo"]).open(event["mode"]):
        return os.getpid()


def hog(event: int, _context: Any) -> int:
    """Use so many MiB for a moment, and answer none the less."""
    return len(b"x" * (event * 1024 * 1024))


def swell(_event: Any, _context: Any) -> None:
    """Use ever more memory."""
    kept = []
    while True:
        kept.append(b"x" * (4 * 1024 * 1024))


def answer_of(event: int, _context: Any) -> str:
    """Answer with so many characters."""
    return "x" * event


def write(event: str, _context: Any) -> None:
    """Write what is asked for to stdout, given as hexadecimal digits, then a word to stderr."""
    os.write(1, bytes.fromhex(event))
    os.write(2, b"and this to stderr\n")


def write_much(event: int, _context: Any) -> None:
    """Write one line of so many characters, then another line."""
    print("x" * event)  # noqa: T201
    print("after")  # noqa: T201
