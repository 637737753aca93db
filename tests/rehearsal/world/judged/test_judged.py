"""How rollouts end that the real hooks and the real judge look at, on the emulated stage."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field

import pytest

from pipeline.hooks.observing import HANDLERS
from pipeline.rehearsal.world.emulator.process import Programs
from pipeline.rehearsal.world.emulator.world import EmulatorWorld
from pipeline.rehearsal.world.observation import DeploymentFinished, WeightsSet
from tests.rehearsal.world.account import Account
from tests.rehearsal.world.judged.release import SERVICE, WELL, Fault, bring_hooks, release
from tests.rehearsal.world.judged.visitors import BASELINE, Visitors

pytestmark = pytest.mark.emulator

SPEED, SLOW = 20.0, 5.0
"""Five minutes of a canary are fifteen seconds, in which some hundred requests come to it; or a minute, in which four
times as many do: one failure in twenty is not seen of a hundred in every run."""
PATIENCE_S = 150.0
SEED = int(os.environ.get("SLIPWAY_SEED") or "7")
"""Which requests are struck."""

type Happens = Callable[[Visitors, Account], None]


@pytest.fixture(scope="module")
def stages(programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[float], EmulatorWorld]]:
    """Worlds that are slow enough for a canary to be asked, by their speed; each is started when it is needed."""
    worlds: dict[float, EmulatorWorld] = {}

    def at(speed: float) -> EmulatorWorld:
        if speed not in worlds:
            worlds[speed] = EmulatorWorld(
                tmp_path_factory.mktemp("judged"), programs=programs, speed=speed, strict=False
            )
            worlds[speed].start()
        return worlds[speed]

    try:
        yield at
    finally:
        for world in worlds.values():
            world.stop()


@pytest.fixture
def account(stages: Callable[[float], EmulatorWorld], numbers: Iterator[int], name: str) -> Account:
    return Account(stages(ROWS[name].speed), str(next(numbers)))


def shifting(account: Account) -> None:
    """Wait until the canary has its part."""
    account.until(lambda: account.happenings(WeightsSet) or None, "the shift", PATIENCE_S)


def nothing(_visitors: Visitors, _account: Account) -> None:
    """Callers ask as they always do, and one request in two hundred fails, whichever version it comes to."""


def perfect(visitors: Visitors, _account: Account) -> None:
    """No request fails at all."""
    visitors.everybody = 0.0


def incident(visitors: Visitors, account: Account) -> None:
    """For a minute, either version fails three requests in ten."""
    shifting(account)
    visitors.everybody = 0.3
    account.pause(60 / SPEED)
    visitors.everybody = BASELINE


def poison(visitors: Visitors, _account: Account) -> None:
    """Somebody asks what either version fails at, all the time."""
    visitors.everybody = 0.03


def dies(visitors: Visitors, account: Account) -> None:
    """Half-way, the last request comes."""
    shifting(account)
    account.pause(150 / SPEED)
    visitors.leave()


@dataclass(frozen=True)
class Row:
    """What is wrong with the new version, what happens meanwhile, and how its rollout ends, and because of what.

    Nobody comes where it is not `visited`; `judge` are variables of the judge's that stand for others.
    """

    fault: Fault = WELL
    happens: Happens = nothing
    visited: bool = True
    judge: Mapping[str, str] = field(default_factory=dict)
    ends: str = "Succeeded"
    because: str = ""
    speed: float = SPEED


def convicted(fault: Fault, speed: float = SPEED) -> Row:
    """The judge's alarm stops it."""
    return Row(fault, ends="Stopped", because="convicted", speed=speed)


def stopped(fault: Fault) -> Row:
    """An alarm stops it: the judge's, or a net that is as quick where everything fails."""
    return Row(fault, ends="Stopped", because="alarm")


def refused(fault: Fault, *, visited: bool = True) -> Row:
    """The hook after the shift lets it not go on."""
    return Row(fault, visited=visited, ends="Failed", because="AfterAllowTraffic")


ROWS: Mapping[str, Row] = {
    "healthy": Row(),
    "zero-error baseline": Row(happens=perfect),
    "cold start": Row(Fault(cold=1.2)),
    "shared incident": Row(happens=incident),
    "poison client": Row(happens=poison),
    "traffic dies": Row(happens=dies),
    "thrown errors": convicted(Fault(rate=0.2, thrown=True)),
    "outage": stopped(Fault(thrown=True)),
    "handled 5xx": convicted(Fault(rate=0.2, answered=500)),
    "one in twenty": convicted(Fault(rate=0.05, answered=500), SLOW),
    "a second slower": convicted(Fault(slow=1.0)),
    "no traffic": refused(WELL, visited=False),
    "counts nothing": refused(Fault(uncounted=True)),
    "blind judge": Row(judge={"SHIFT": "nobody said"}, ends="Stopped", because="judge-errors"),
}
SAMPLE = ("healthy", "handled 5xx", "blind judge")
"""What is asked of every change of the tools; `scripts/rollouts` asks all, which takes minutes."""
ASKED = tuple(ROWS) if os.environ.get("SLIPWAY_ROLLOUTS") == "all" else SAMPLE


def rolled_out(account: Account, row: Row) -> DeploymentFinished:
    """How the rollout of the row's version ends."""
    hooks = bring_hooks(account)
    name = account.deploy(release(1, WELL, hooks), "orders").outputs["Name"]
    visitors = Visitors(account, name, SEED)
    with visitors if row.visited else nullcontext():
        end = account.begin(release(2, row.fault, hooks, row.judge), "orders", PATIENCE_S)
        row.happens(visitors, account)
        end()
    (finished,) = account.happenings(DeploymentFinished)
    return finished


@pytest.mark.parametrize("name", ASKED)
def test_a_rollout_ends_as_its_row_says(account: Account, name: str) -> None:
    row = ROWS[name]
    finished = rolled_out(account, row)
    assert (finished.status, finished.rolled_back) == (row.ends, row.ends != "Succeeded"), finished.reason
    assert row.because in finished.reason


def test_the_service_counts_what_the_judge_reads() -> None:
    text = SERVICE.format(fault={})
    assert all(json.dumps(name) in text for name in HANDLERS)
