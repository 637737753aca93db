"""The breaker on a store: shared, one probe at a time, and no reason to fail when the store is down."""

from dataclasses import dataclass, field, replace

import pytest

from api.domain.breaker import Admission, Breaker
from api.domain.circuit import FAILURES_TO_OPEN, REST, SUCCESSES_TO_CLOSE, UNTROUBLED, Circuit, Phase
from api.domain.ports import KeptCircuit, StoreDown
from tests.unit.api.domain.examples import NOON


@dataclass
class CircuitsInMemory:
    """The Circuits port; `down` makes it fail, `faster` are changes that others make just before ours."""

    kept: KeptCircuit = field(default_factory=lambda: KeptCircuit(UNTROUBLED, 0))
    down: bool = False
    faster: list[Circuit] = field(default_factory=list)
    writes: int = 0

    def read(self) -> KeptCircuit:
        if self.down:
            raise StoreDown
        return self.kept

    def replace(self, before: KeptCircuit, after: Circuit) -> bool:
        if self.down:
            raise StoreDown
        if self.faster:
            self.kept = KeptCircuit(self.faster.pop(), self.kept.version + 1)
        if before != self.kept:
            return False
        self.kept = KeptCircuit(after, before.version + 1)
        self.writes += 1
        return True


@dataclass
class World:
    """One store that several functions have breakers on, and the time."""

    store: CircuitsInMemory = field(default_factory=CircuitsInMemory)
    now: list[object] = field(default_factory=lambda: [NOON])
    opened: list[str] = field(default_factory=list)

    def breaker(self, name: str = "a") -> Breaker:
        return Breaker(self.store, lambda: self.now[0], lambda: self.opened.append(name))  # type: ignore[arg-type,return-value]

    def fail(self, times: int) -> None:
        for _ in range(times):
            breaker = self.breaker()
            breaker.failed(breaker.admit())

    def later(self) -> None:
        self.now[0] = NOON + REST


@pytest.fixture
def world() -> World:
    return World()


def test_in_good_times_nothing_is_written(world: World) -> None:
    breaker = world.breaker()
    for _ in range(3):
        breaker.succeeded(breaker.admit())
    assert world.store.writes == 0


def test_failures_of_all_functions_count_together_and_the_opening_is_told_once(world: World) -> None:
    world.fail(FAILURES_TO_OPEN)
    assert world.breaker("b").admit() is Admission.REFUSED
    assert world.opened == ["a"]


def test_after_a_rest_one_function_probes_and_the_others_wait(world: World) -> None:
    world.fail(FAILURES_TO_OPEN)
    world.later()
    assert [world.breaker(name).admit() for name in "abc"] == [Admission.PROBE, Admission.REFUSED, Admission.REFUSED]


def test_who_loses_the_race_for_the_probe_is_refused(world: World) -> None:
    world.fail(FAILURES_TO_OPEN)
    world.later()
    world.store.faster.append(Circuit(Phase.HALF_OPEN, since=NOON + REST))
    assert world.breaker().admit() is Admission.REFUSED


def test_probes_that_succeed_close_it(world: World) -> None:
    world.fail(FAILURES_TO_OPEN)
    world.later()
    for _ in range(SUCCESSES_TO_CLOSE):
        breaker = world.breaker()
        breaker.succeeded(breaker.admit())
    assert world.store.kept.circuit == UNTROUBLED
    assert world.breaker().admit() is Admission.UNTROUBLED


def test_a_success_ends_a_row_of_failures(world: World) -> None:
    world.fail(FAILURES_TO_OPEN - 1)
    breaker = world.breaker()
    breaker.succeeded(breaker.admit())
    world.fail(FAILURES_TO_OPEN - 1)
    assert world.breaker().admit() is Admission.TROUBLED


def test_a_failure_that_others_overtake_is_counted_on_theirs(world: World) -> None:
    breaker = world.breaker()
    admission = breaker.admit()
    world.store.faster.append(Circuit(failures=FAILURES_TO_OPEN - 1))
    breaker.failed(admission)
    assert world.store.kept.circuit.phase is Phase.OPEN
    assert world.opened == ["a"]


def test_without_its_store_every_call_passes(world: World) -> None:
    world.fail(FAILURES_TO_OPEN)
    world.store.down = True
    breaker = world.breaker()
    admission = breaker.admit()
    assert admission is Admission.UNTROUBLED
    breaker.failed(admission)
    breaker.succeeded(Admission.TROUBLED)
    assert replace(world.store, down=False).kept.circuit.phase is Phase.OPEN
