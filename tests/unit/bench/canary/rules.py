"""Judges for tests, and results made by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.judge.observed import Bin
from pipeline.judge.others.rule import Said
from tests.bench.canary.measure import Measured


@dataclass(frozen=True)
class StopsAt:
    """Stops every rollout at one moment, or none."""

    at: float | None
    name: str = "stopper"
    rule: str = "stops at one moment"
    source: str = "this test"

    def judge(self, bins: Sequence[Bin], bin_seconds: float) -> Said:  # noqa: ARG002 - as every judge is asked
        return Said(self.at, "always")


def result(
    cell: str, judge: str = "ours", stopped: int = 0, seconds: float | None = None, failed: float = 0.0, runs: int = 100
) -> Measured:
    """Of `runs`, `stopped` were, in `seconds`, with so many failed requests each."""
    typical = seconds if 2 * stopped > runs else None
    verdicts = {"rollback": stopped, "pass": runs - stopped} if judge == "ours" else {}
    return Measured(cell, judge, runs, stopped, seconds, typical, failed, failed, verdicts, {})
