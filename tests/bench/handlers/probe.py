"""One process's figures: `python -m tests.bench.handlers.probe MODULE`, in a fresh interpreter for each.

Lambda's runtime client is loaded first, since every function pays for that. Prints one line of JSON: what the import
took, with a DynamoDB client ready; what it took until both operations had answered once, so that what is put off is
seen, too; CPU per warm invoke of each operation; resident memory afterwards.
"""

import gc
import importlib
import json
import os
import statistics
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import awslambdaric.bootstrap  # noqa: F401

WARM = 200
BLOCK, BLOCKS = 50, 30


class Context:
    """As much of Lambda's context as the handlers use."""

    function_name = "orders-bench"
    function_version = "7"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:222222222222:function:orders-bench:live"
    aws_request_id = "8f7f4d0e-6a55-4d0e-9f4e-0b8b5f0d2f11"
    memory_limit_in_mb = 1024

    def get_remaining_time_in_millis(self) -> int:
        return 9_000


def main() -> None:
    """Measure the module that is named."""
    events = json.loads(Path(sys.argv[2]).read_text())
    quiet = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # logs and metrics are written, and nobody reads them
    began, cpu = time.perf_counter(), time.process_time()
    module = importlib.import_module(sys.argv[1])
    _client(module)
    imported, imported_cpu = time.perf_counter() - began, time.process_time() - cpu
    handlers = {name: getattr(module, name) for name in ("products", "orders")}
    for name, handler in handlers.items():
        _answer(handler, events[name])
    answered_cpu = time.process_time() - cpu
    invokes = {name: _invoke(handler, events[name]) for name, handler in handlers.items()}
    if hasattr(module, "whole"):
        invokes["whole"] = _invoke(module.whole, events["orders"])
    sys.stdout.flush()
    os.dup2(quiet, 1)
    began_with = {"import_ms": imported_cpu * 1000, "wall_ms": imported * 1000, "answered_ms": answered_cpu * 1000}
    print(json.dumps({**began_with, "memory_mb": _memory(), **invokes}))


def _client(module: ModuleType) -> None:
    """A DynamoDB client, made as the module itself would; it may have made one."""
    if module.__name__.endswith(".ours"):
        importlib.import_module("api.adapters.aws").dynamodb()
    elif not hasattr(module, "client") and not module.__name__.endswith(".bare"):
        importlib.import_module("boto3").client("dynamodb", region_name="eu-west-1")


def _memory() -> float:
    """Megabytes that were resident at most, on Linux. What getrusage tells is never less than what the parent had."""
    told = Path("/proc/self/status").read_text()
    (peak,) = (line.split()[1] for line in told.splitlines() if line.startswith("VmHWM:"))
    return int(peak) / 1024


def _answer(handler: Any, event: dict[str, Any]) -> None:
    """One invoke, and a check that it answers well."""
    answer = handler(event, Context())
    if answer["statusCode"] not in (200, 201):
        raise SystemExit(f"{handler} answered {answer}")


def _invoke(handler: Any, event: dict[str, Any]) -> float:
    """Microseconds of CPU per invoke: the median of blocks, since a neighbour may slow this machine for a while."""
    context = Context()
    for _ in range(WARM):
        handler(event, context)
    gc.collect()
    return statistics.median(_block(handler, event, context) for _ in range(BLOCKS)) / BLOCK * 1e6


def _block(handler: Any, event: dict[str, Any], context: Context) -> float:
    """Seconds of CPU for some invokes."""
    began = time.process_time()
    for _ in range(BLOCK):
        handler(event, context)
    return time.process_time() - began


if __name__ == "__main__":
    main()
