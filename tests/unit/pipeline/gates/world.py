"""A gate's surroundings for tests: a plan, a folder, a clock that ticks, and what was said."""

import os
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from pipeline.gates import tool
from pipeline.gates.context import Clock, Context, GateBroke
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
    out = root / ".slipway" / "out"
    out.mkdir(parents=True, exist_ok=True)
    said: list[str] = []
    path = {"PATH": os.environ.get("PATH", ""), "SLIPWAY_HOME": str(root / ".slipway" / "home")}
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


class Toolbox:
    """Tools that say what a test wants them to: `tools.say("mypy", out="...", code=1)`.

    A tool that was not told what to say is the real one.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        folder.mkdir(parents=True)
        real = tool.find_tool
        monkeypatch.setattr(tool, "find_tool", lambda given, name: self._told(name) or real(given, name))

    def say(self, name: str, out: str = "", code: int = 0, err: str = "", also: str = "") -> None:
        """What the tool prints, its exit code, and a line of shell to run besides ($@ are its arguments)."""
        (self._folder / f"{name}.out").write_text(out)
        (self._folder / f"{name}.err").write_text(err)
        script = self._folder / name
        lines = ["#!/bin/sh", f"cat '{script}.out'", f"cat '{script}.err' >&2", also, f"exit {code}"]
        script.write_text("\n".join(lines) + "\n")
        script.chmod(0o755)

    def lose(self, name: str) -> None:
        """Make the tool one that is not installed."""
        (self._folder / f"{name}.lost").touch()

    def _told(self, name: str) -> str | None:
        if (self._folder / f"{name}.lost").exists():
            raise GateBroke(f"{name} is not installed")
        script = self._folder / name
        return str(script) if script.exists() else None
