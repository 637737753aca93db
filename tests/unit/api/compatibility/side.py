"""One release in a process of its own: `python -P side.py FOLDER`, where FOLDER holds its `api`.

Reads a JSON line for each invocation (`handler`, `event`) and answers with one: `answer`, or `broke` with what it
raised. Standard library only, and nothing else of ours: whatever it imports of `api` is that release's.
"""

import importlib
import json
import os
import sys
from typing import Any


class _Context:
    """As much of Lambda's context as functions may use."""

    function_name = "orders-function"
    function_version = "7"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:222222222222:function:orders-function:live"
    aws_request_id = "8f7f4d0e-6a55-4d0e-9f4e-0b8b5f0d2f11"
    memory_limit_in_mb = 512

    def get_remaining_time_in_millis(self) -> int:
        return 9_000


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    try:
        handler = importlib.import_module(f"api.handlers.{asked['handler']}").handler
        return {"answer": handler(asked["event"], _Context())}
    except Exception as problem:
        return {"broke": f"{type(problem).__name__}: {problem}"}


def main(folder: str) -> None:
    """Serve until nobody asks any more."""
    told = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # functions log to standard output
    sys.path.insert(0, folder)
    for line in sys.stdin:
        told.write(json.dumps(_answer(json.loads(line))) + "\n")
        told.flush()


if __name__ == "__main__":
    main(sys.argv[1])
