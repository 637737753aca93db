"""An event that no process took goes to another one, but not for ever."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from pipeline.rehearsal.world.lambda_runtime import FunctionSpec
from pipeline.rehearsal.world.lambda_runtime.environment import ExecutionEnvironment
from pipeline.rehearsal.world.lambda_runtime.fleet import Fleet
from pipeline.rehearsal.world.lambda_runtime.invocation import run_invocation
from pipeline.rehearsal.world.lambda_runtime.log import LogBuffer
from pipeline.rehearsal.world.lambda_runtime.outcome import End, Outcome
from pipeline.rehearsal.world.lambda_runtime.spec import Invocation

SPEC = FunctionSpec("f", "1", "h.handler", "", Path("code"), "1" * 12, "eu-west-1", {})
EVENT = Invocation(request_id="r1", payload=b"1", invoked_arn=SPEC.arn, trace_id="Root=1")
LOST = Outcome(End.EXITED, reason="exit status 5", delivered=False)


@dataclass(eq=False)
class FakeEnvironment:
    outcome: Outcome
    spec: FunctionSpec = SPEC
    log: LogBuffer = field(default_factory=LogBuffer)
    log_stream: str = "stream"
    memory_used_mb: int = 1

    def take_init_ms(self) -> float | None:
        return None

    def invoke(self, _invocation: Invocation, _limit_s: float) -> Outcome:
        return self.outcome


class FakeFleet:
    """Hands out environments that end like this."""

    stopping = False

    def __init__(self, *outcomes: Outcome) -> None:
        self.environments = [FakeEnvironment(outcome) for outcome in outcomes]
        self.released: list[FakeEnvironment] = []
        self.discarded: list[FakeEnvironment] = []

    def acquire(self, _spec: FunctionSpec) -> ExecutionEnvironment:
        return cast(ExecutionEnvironment, self.environments.pop(0))

    def release(self, environment: FakeEnvironment) -> None:
        self.released.append(environment)

    def discard(self, environment: FakeEnvironment) -> None:
        self.discarded.append(environment)


def test_an_event_that_was_not_taken_goes_to_the_next_environment() -> None:
    fleet = FakeFleet(LOST, LOST, Outcome(End.RETURNED, b"2"))
    result = run_invocation(cast(Fleet, fleet), SPEC, EVENT, lambda: 0.0)
    assert (result.payload, result.error) == (b"2", None)
    assert (len(fleet.discarded), len(fleet.released)) == (2, 1)


def test_after_three_tries_the_end_of_the_process_is_the_answer() -> None:
    fleet = FakeFleet(LOST, LOST, LOST, Outcome(End.RETURNED, b"2"))
    result = run_invocation(cast(Fleet, fleet), SPEC, EVENT, lambda: 0.0)
    assert result.error_type == "Runtime.ExitError"
    assert (len(fleet.discarded), len(fleet.released)) == (3, 0)


def test_an_event_that_was_taken_is_never_given_twice() -> None:
    fleet = FakeFleet(Outcome(End.EXITED), Outcome(End.RETURNED, b"2"))
    result = run_invocation(cast(Fleet, fleet), SPEC, EVENT, lambda: 0.0)
    assert result.error_type == "Runtime.ExitError"
    assert len(fleet.environments) == 1
