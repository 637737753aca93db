"""Fills the stages of the base release through its own API, with the seed command that the release brings."""

import json
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.record.events import FidelityNoted
from pipeline.rehearsal.aside import Aside
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.children import run_child
from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.ground import Ground, solid, standing_on
from pipeline.rehearsal.release import Release
from pipeline.rehearsal.runners.base import Emit, last_lines
from pipeline.rehearsal.spec import Json
from pipeline.rehearsal.together import together
from pipeline.rehearsal.world.emulator import trust

STAGE = "seed"
SEED_SECONDS = 120.0
WORKERS = 2


@dataclass(frozen=True)
class Filled:
    """A stage to fill: what its stack put out, and the AWS_* variables that lead to it."""

    stage: str
    outputs: Mapping[str, str]
    aws: Mapping[str, str]


@dataclass(frozen=True)
class Seeding:
    """The seed command of `release`, run with `environment`.

    `clock` gives monotonic seconds. `ground` says whether what is filled is gone, which then is why it can't be.
    `denied` are sentences about what IAM denied, which may be why it can't be either.
    """

    release: Release
    environment: Mapping[str, str]
    logs: Path
    cancel: Cancel
    emit: Emit
    clock: Callable[[], float] = time.monotonic
    ground: Ground = solid
    denied: Callable[[], Sequence[str]] = tuple

    def fill(self, stages: tuple[Filled, ...]) -> dict[str, Mapping[str, Json]]:
        """Fill the stages side by side; what each left for traffic to use. Broke if one can't be filled.

        Where there is nothing to fill, or nothing to fill it with, that is told as not exercised.
        """
        settings = self.release.settings
        if not settings.seed_command or not stages:
            why = f"no stage puts out {settings.api_output}" if settings.seed_command else "it brings no seed command"
            self.emit(FidelityNoted("data of the base release", "not exercised", why))
            return {}
        aside = Aside(STAGE, self.emit, self.clock)
        with aside.under_way():
            found = together([partial(self._told, aside, each) for each in stages], self.cancel, WORKERS)
        return dict(zip((each.stage for each in stages), found, strict=True))

    def _told(self, aside: Aside, filled: Filled, cancel: Cancel) -> Mapping[str, Json]:
        log = self.logs / f"{STAGE}.{filled.stage}.log"

        def work() -> tuple[Mapping[str, Json], str]:
            with standing_on(self.ground):
                document = self._fill(filled, log, cancel)
            return document, "".join(last_lines(log, 1))

        return aside.do(filled.stage, work, log)

    def _fill(self, filled: Filled, log: Path, cancel: Cancel) -> Mapping[str, Json]:
        """Run the command with the outputs that the settings name, SLIPWAY_STAGE and SLIPWAY_SEED_OUT."""
        out = log.with_suffix(".json")
        told = {
            name: filled.outputs[output] for name, output in self.release.settings.outputs if output in filled.outputs
        }
        child = {
            **self.environment,
            **filled.aws,
            **trust.replaced(filled.aws),
            **told,
            "SLIPWAY_STAGE": filled.stage,
            "SLIPWAY_SEED_OUT": str(out),
        }
        command = self.release.settings.seed_command
        try:
            code = run_child(command, self.release.source, child, log, cancel, SEED_SECONDS)
            if code != 0:
                denied = (f"denied: {each}" for each in self.denied())
                raise Broke("\n".join((f"the seed command of {filled.stage} ended with {code}; see {log}", *denied)))
            return _object(out, filled.stage)
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise Broke(f"the seed command of {filled.stage} did not end well: {problem}; see {log}") from problem
        finally:
            out.unlink(missing_ok=True)  # it holds tokens, so it does not stay, however the command ended


def _object(out: Path, stage: str) -> Mapping[str, Json]:
    """The JSON object that the seed wrote."""
    try:
        document: Json = json.loads(out.read_text())
    except (OSError, ValueError) as problem:
        raise Broke(f"the seed command of {stage} wrote no JSON to $SLIPWAY_SEED_OUT: {problem}") from problem
    if not isinstance(document, dict):
        raise Broke(f"the seed command of {stage} wrote no JSON object to $SLIPWAY_SEED_OUT")
    return document
