"""One process's figures: `python -m tests.bench.handlers.probe MODULE`, in a fresh interpreter for each.

Lambda's runtime client is loaded first, since every function pays for that. Prints one line of JSON: what the import
took, with a DynamoDB client ready; CPU per warm invoke of each operation; resident memory afterwards.
"""

import gc
import importlib
import json
import os
import resource
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import awslambdaric.bootstrap  # noqa: F401

WARM = 200
TIMED = 1_500


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
    invokes = {name: _invoke(getattr(module, name), events[name]) for name in ("products", "orders")}
    sys.stdout.flush()
    os.dup2(quiet, 1)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"import_ms": imported_cpu * 1000, "wall_ms": imported * 1000, "memory_mb": memory, **invokes}))


def _client(module: ModuleType) -> None:
    """A DynamoDB client, made as the module itself would; it may have made one."""
    if module.__name__.endswith(".ours"):
        importlib.import_module("api.adapters.aws").dynamodb()
    elif not hasattr(module, "client") and not module.__name__.endswith(".bare"):
        importlib.import_module("boto3").client("dynamodb", region_name="eu-west-1")


def _invoke(handler: Any, event: dict[str, Any]) -> float:
    """Microseconds of CPU per invoke, and a check that it answers well."""
    context = Context()
    answer = handler(event, context)
    if answer["statusCode"] not in (200, 201):
        raise SystemExit(f"{handler} answered {answer}")
    for _ in range(WARM):
        handler(event, context)
    gc.collect()
    began = time.process_time()
    for _ in range(TIMED):
        handler(event, context)
    return (time.process_time() - began) / TIMED * 1e6


if __name__ == "__main__":
    main()
