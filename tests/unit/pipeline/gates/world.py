"""A gate's surroundings for tests: a plan, a folder, a clock that ticks, and what was said."""

import os
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path

from pipeline.gates.context import Clock, Context
from pipeline.plan.model import Delivery, Environment, Gate, Limit, Rollout, Source, Stage, StageSettings, Tools

TODAY = date(2026, 11, 23)
NOWHERE = Environment("111111111111", "eu-west-1")
LIMITED = Gate("lint", (Limit("findings", at_most=0),), checked_at_least=3)


def ticking() -> Clock:
    """A clock that is a second later each time it is read."""
    ticks: Iterator[int] = count()
    return lambda: float(next(ticks))


def context(root: Path, gate: Gate = LIMITED, stage: str | None = None, **environ: str) -> Context:
    """The context of `gate` in `root`, with this process's PATH and the variables given."""
    out = root / "out"
    out.mkdir(parents=True, exist_ok=True)
    said: list[str] = []
    path = {"PATH": os.environ.get("PATH", ""), "SLIPWAY_HOME": str(root / "home")}
    return Context(gate, stage, root, out, {**path, **environ}, TODAY, ticking(), said.append)


def put(root: Path, **files: str) -> Path:
    """Write files below `root`; in their names `__` stands for a slash and `_dot_` for a dot."""
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def delivery(*source_gates: Gate, beta: tuple[Gate, ...] = (), prod: tuple[Gate, ...] = ()) -> Delivery:
    """A small delivery that asks those gates."""
    settings = StageSettings(log_retention_days=14, throttle_rate=1, throttle_burst=1, deletion_protection=False)
    rollout = Rollout("LambdaAllAtOnce", ())
    return Delivery(
        name="toy",
        environment=NOWHERE,
        source=Source("example/toy", "main", "arn:aws:codeconnections:eu-west-1:111111111111:connection/x"),
        tools=Tools("2.0.0", "4.0.0"),
        source_gates=source_gates,
        output_gates=(),
        steps=(
            Stage("beta", NOWHERE, rollout, settings, beta),
            Stage("prod", NOWHERE, rollout, settings, prod),
        ),
    )
