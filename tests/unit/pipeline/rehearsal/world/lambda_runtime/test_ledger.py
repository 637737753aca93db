"""Who gets which environment."""

from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pipeline.rehearsal.world.lambda_runtime import FunctionSpec, ThrottledError
from pipeline.rehearsal.world.lambda_runtime.ledger import InitFailed, Ledger, Limits
from pipeline.rehearsal.world.lambda_runtime.outcome import End, Outcome

FAILED = InitFailed(Outcome(End.EXITED), 1.0, "", 0)


@dataclass(eq=False)
class Environment:
    spec: FunctionSpec
    idle_since: float = 0.0


def version(number: str) -> FunctionSpec:
    return FunctionSpec("f", number, "h.handler", "", Path("code"), "1" * 12, "eu-west-1", {})


A, B = version("1"), version("2")


def ledger(**limits: int) -> Ledger[Environment]:
    return Ledger(Limits(**limits))


def ticket(taken: Environment | Future[Environment | InitFailed]) -> Future[Environment | InitFailed]:
    assert isinstance(taken, Future)
    return taken


def started(book: Ledger[Environment], spec: FunctionSpec) -> Environment:
    """Start what the ledger wants and hand it on."""
    assert book.begin_start() == spec
    environment = Environment(spec)
    book.end_start(spec)
    assert book.give(environment, 0.0)
    return environment


def test_nothing_is_started_before_it_is_asked_for() -> None:
    assert ledger().begin_start() is None


def test_who_waits_longest_gets_the_first_environment() -> None:
    book = ledger()
    first, second = ticket(book.take(A)), ticket(book.take(A))
    environment = started(book, A)
    assert first.result() is environment
    assert not second.done()


def test_an_environment_that_falls_idle_serves_who_waits_for_a_start() -> None:
    book = ledger()
    ticket(book.take(A))
    busy = started(book, A)
    waiting = ticket(book.take(A))
    assert book.begin_start() == A
    book.give(busy, 1.0)
    assert waiting.result() is busy
    late = Environment(A)
    book.end_start(A)
    assert book.give(late, 2.0)
    assert book.take(A) is late


def test_the_environment_used_last_is_taken_first() -> None:
    book = ledger()
    tickets = [ticket(book.take(A)) for _ in range(2)]
    old, new = started(book, A), started(book, A)
    assert [each.result() for each in tickets] == [old, new]
    book.give(old, 1.0)
    book.give(new, 2.0)
    assert book.take(A) is new


@pytest.mark.parametrize(
    ("limits", "starts"),
    [({"starts": 2}, 2), ({"starts": 9, "per_version": 3}, 3), ({"starts": 9, "total": 4}, 4), ({"starts": 9}, 5)],
)
def test_starts_are_limited_at_a_time_per_version_and_in_all(limits: dict[str, int], starts: int) -> None:
    book = ledger(**limits)
    for _ in range(5):
        book.take(A)
    assert [book.begin_start() for _ in range(9)] == [A] * starts + [None] * (9 - starts)


def test_a_function_that_may_run_for_minutes_keeps_nobody_waiting_for_as_long() -> None:
    book = ledger(starts=9, per_version=2, total=4)
    slow = replace(version("9"), timeout_s=900.0)
    for _ in range(5):
        book.take(slow)
    assert [book.begin_start() for _ in range(6)] == [slow] * 4 + [None] * 2


def test_a_full_queue_is_throttled() -> None:
    book = ledger(queue=1)
    book.take(A)
    with pytest.raises(ThrottledError, match="1 invocations wait already"):
        book.take(A)


def test_the_longest_idle_environment_makes_room_for_who_waits() -> None:
    book = ledger(total=2)
    for spec in (A, B):
        ticket(book.take(spec))
    environments = [started(book, A), started(book, B)]
    book.give(environments[0], 5.0)
    book.give(environments[1], 4.0)
    assert book.evict() is None
    book.take(version("3"))
    assert book.evict() is environments[1]
    book.free_place(B)
    assert book.evict() is None
    assert book.begin_start() == version("3")


def test_a_failed_init_goes_to_one_who_waits_with_its_place() -> None:
    book = ledger(per_version=1)
    first, second = ticket(book.take(A)), ticket(book.take(A))
    book.begin_start()
    book.end_start(A)
    assert book.fail_start(A, FAILED)
    assert first.result() is FAILED
    assert book.begin_start() is None
    book.free_place(A)
    assert book.begin_start() == A
    assert not second.done()


def test_a_failed_init_that_nobody_waits_for_frees_its_place() -> None:
    book = ledger(total=1)
    waiting = ticket(book.take(A))
    book.begin_start()
    book.leave_queue(A, waiting)
    book.end_start(A)
    assert not book.fail_start(A, FAILED)
    book.take(B)
    assert book.begin_start() == B


def test_a_process_that_cannot_start_fails_one_invocation() -> None:
    book = ledger(total=1)
    waiting = ticket(book.take(A))
    book.begin_start()
    book.end_start(A)
    assert book.fail_start(A, OSError("no memory"))
    assert isinstance(waiting.exception(), OSError)
    book.take(B)
    assert book.begin_start() == B


def test_a_retired_version_keeps_nothing_idle_but_serves_who_waits_already() -> None:
    book = ledger(per_version=1)
    ticket(book.take(A))
    busy = started(book, A)
    waiting = ticket(book.take(A))
    assert book.retire(lambda spec: spec is A) == []
    assert book.give(busy, 1.0)
    assert waiting.result() is busy
    assert not book.give(busy, 2.0)


def test_a_retired_version_that_is_asked_for_again_is_kept() -> None:
    book = ledger()
    ticket(book.take(A))
    busy = started(book, A)
    book.retire(lambda spec: spec is A)
    book.leave_queue(A, ticket(book.take(A)))
    assert book.give(busy, 1.0)


def test_idle_environments_of_a_retired_version_are_handed_over() -> None:
    book = ledger()
    ticket(book.take(A))
    environment = started(book, A)
    book.give(environment, 1.0)
    assert book.retire(lambda spec: spec is B) == []
    assert book.retire(lambda spec: spec is A) == [environment]


class AnyOrder(RuleBasedStateMachine):
    """Whatever happens in whatever order: the limits hold, nothing has two owners, everybody is served at last."""

    def __init__(self) -> None:
        super().__init__()
        self.book = ledger(per_version=2, total=3, starts=2)
        self.starting: list[FunctionSpec] = []
        self.waiting: list[tuple[FunctionSpec, Future[Environment | InitFailed]]] = []
        self.busy: list[Environment] = []
        self.alive: list[Environment] = []

    def settle(self) -> None:
        for entry in [entry for entry in self.waiting if entry[1].done()]:
            self.waiting.remove(entry)
            got = entry[1].result()
            if isinstance(got, Environment):
                self.busy.append(got)
            else:
                self.book.free_place(entry[0])

    @rule(spec=st.sampled_from([A, B]))
    def take(self, spec: FunctionSpec) -> None:
        taken = self.book.take(spec)
        if isinstance(taken, Environment):
            self.busy.append(taken)
        else:
            self.waiting.append((spec, taken))

    @rule()
    def start(self) -> None:
        if (spec := self.book.begin_start()) is not None:
            self.starting.append(spec)

    @precondition(lambda self: self.starting)
    @rule()
    def become_ready(self) -> None:
        environment = Environment(self.starting.pop())
        self.alive.append(environment)
        self.book.end_start(environment.spec)
        self.book.give(environment, 0.0)
        self.settle()

    @precondition(lambda self: self.starting)
    @rule()
    def fail_to_start(self) -> None:
        spec = self.starting.pop()
        self.book.end_start(spec)
        self.book.fail_start(spec, FAILED)
        self.settle()

    @precondition(lambda self: self.busy)
    @rule()
    def give_back(self) -> None:
        self.book.give(self.busy.pop(), 0.0)
        self.settle()

    @precondition(lambda self: self.busy)
    @rule()
    def break_down(self) -> None:
        environment = self.busy.pop()
        self.alive.remove(environment)
        self.book.free_place(environment.spec)

    @rule()
    def make_room(self) -> None:
        if (environment := self.book.evict()) is not None:
            self.alive.remove(environment)
            self.book.free_place(environment.spec)

    @invariant()
    def limits_hold(self) -> None:
        assert len(self.starting) <= 2
        assert len(self.starting) + len(self.alive) <= 3
        for spec in (A, B):
            assert sum(each.spec is spec for each in self.alive) + self.starting.count(spec) <= 2

    @invariant()
    def nothing_has_two_owners(self) -> None:
        assert len(self.busy) == len({id(each) for each in self.busy})

    def teardown(self) -> None:
        for _ in range(len(self.waiting) + len(self.starting) + len(self.busy) + 10):
            self.start()
            while self.starting:
                self.become_ready()
            while self.busy:
                self.give_back()
            self.make_room()
        assert self.waiting == []


test_in_any_order = AnyOrder.TestCase
