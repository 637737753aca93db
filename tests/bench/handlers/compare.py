"""`scripts/bench handlers`: what our functions cost beside the same operations written in three other ways.

Every contender runs in a fresh interpreter, all of them once in each round, so that a machine that gets slower gets
slower for all. Ratios of medians count; the times themselves are this machine's. Ours is the zip that is delivered; the
others find what pip has installed and compiled, which is what Lambda has of boto3 and what is usually zipped.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.handlers import delivered
from tests.support import events
from tests.support.tokens import ANN

ROOT = Path(__file__).resolve().parents[3]
CONTENDERS = {"ours": "ours", "a": "bare", "b": "usual", "c": "fastapi_mangum"}
KEY = "bench-0123456789"
LINES = {"lines": [{"sku": "BENCH-1", "quantity": 2}]}


@dataclass(frozen=True)
class Limit:
    """A figure of ours may be at most `most` times that of the contender `of`."""

    figure: str
    of: str
    most: float


LIMITS = (
    Limit("products", "b", 0.6),
    Limit("orders", "b", 0.6),
    Limit("products", "c", 1.0),
    Limit("orders", "c", 1.0),
    Limit("import_ms", "b", 0.5),
    Limit("answered_ms", "b", 0.7),
    Limit("memory_mb", "b", 0.8),
)
WORDS = {
    "products": "GET, µs",
    "orders": "POST, µs",
    "import_ms": "import, ms",
    "answered_ms": "answered, ms",
    "memory_mb": "memory, MB",
}


def main(runs: int) -> bool:
    """Measure and print; whether every limit is kept."""
    python = os.environ["SLIPWAY_BENCH_PYTHON"]
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "events.json")
        told.write_text(json.dumps(_events()))
        code = {"ours": delivered.lay_out(Path(python), Path(folder))}
        rounds = [
            {name: _probe(python, module, told, code.get(name)) for name, module in CONTENDERS.items()}
            for _ in range(runs)
        ]
    medians = {name: {figure: _median(rounds, name, figure) for figure in WORDS} for name in CONTENDERS}
    _print_table(medians)
    whole = _median(rounds, "ours", "whole")
    print(f"POST with our domain, which the others have nothing of: {whole:.0f} µs")
    kept = [_print_limit(limit, medians) for limit in LIMITS]
    return all(kept)


def _events() -> dict[str, object]:
    """The two requests, as API Gateway would hand them over."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": KEY}
    body = events.json_body(LINES)
    return {
        "products": events.proxy_event("GET", "/v1/products/BENCH-1"),
        "orders": events.proxy_event("POST", "/v1/orders", body=body, headers=headers, claims=ANN.claims()),
    }


def _probe(python: str, module: str, told: Path, code: Path | None) -> Mapping[str, float]:
    """One process's figures; with what is in the folder `code` before all else."""
    command = [python, "-P", "-m", "tests.bench.handlers.probe", f"tests.bench.handlers.{module}", str(told)]
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(map(str, [code, ROOT] if code else [ROOT])),
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "POWERTOOLS_SERVICE_NAME": "orders",
        "STAGE": "bench",
        "TABLE_NAME": "t",
        "IDEMPOTENCY_TABLE_NAME": "i",
        "CURSOR_SECRET_ARN": "s",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{module} ended with {done.returncode}: {done.stderr[-2000:]}")
    figures: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def _median(rounds: Sequence[Mapping[str, Mapping[str, float]]], name: str, figure: str) -> float:
    return statistics.median(each[name][figure] for each in rounds)


def _print_table(medians: Mapping[str, Mapping[str, float]]) -> None:
    print(f"{'':14}" + "".join(f"{name:>12}" for name in CONTENDERS))
    for figure, word in WORDS.items():
        print(f"{word:14}" + "".join(f"{medians[name][figure]:12.1f}" for name in CONTENDERS))


def _print_limit(limit: Limit, medians: Mapping[str, Mapping[str, float]]) -> bool:
    ratio = medians["ours"][limit.figure] / medians[limit.of][limit.figure]
    good = ratio <= limit.most
    print(f"{'✓' if good else '✗'} {WORDS[limit.figure]:12} {ratio:5.2f}x of ({limit.of}), limit {limit.most:g}x")
    return good
