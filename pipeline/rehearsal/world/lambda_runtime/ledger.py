"""Who has which environment and who waits for one: bookkeeping only, without a thread, a lock or a clock.

As on Lambda an invocation takes an idle environment of its version, or asks for a new one and takes whichever comes
first, the new one or one that falls idle meanwhile. Lambda has room for all; a laptop has a limit per version and in
all, and starts only so many at a time. An invocation beyond that waits in a queue.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.rehearsal.world.lambda_runtime.outcome import Outcome
from pipeline.rehearsal.world.lambda_runtime.spec import FunctionSpec, ThrottledError


@dataclass(frozen=True)
class Limits:
    """What a laptop allows.

    `per_version` and `total` count environments, `starts` those that initialise at the same time, `queue` the
    invocations of a version that may wait, `wait_s` how long; `idle_s` is how long an environment may do nothing,
    `init_s` Lambda's own limit for the init phase. A function that may run for more than `long_s` is limited by `total`
    alone: whoever waits for one of its environments could wait as long.
    """

    per_version: int = 8
    total: int = 32
    starts: int = 2
    queue: int = 256
    wait_s: float = 30.0
    idle_s: float = 300.0
    init_s: float = 10.0
    long_s: float = 60.0


class Holdable(Protocol):
    """What the ledger needs to know of an environment; `idle_since` is monotonic seconds."""

    idle_since: float

    @property
    def spec(self) -> FunctionSpec:
        """The version that it runs."""


@dataclass(frozen=True)
class InitFailed:
    """The init phase of a new environment failed; who gets this holds its place and may start another there."""

    outcome: Outcome
    duration_ms: float
    log: str
    log_cut_bytes: int


@dataclass
class _Version[E: Holdable]:
    """The environments of one version; `live` counts the idle, the busy and the starting ones."""

    spec: FunctionSpec
    idle: list[E] = field(default_factory=list)
    waiting: deque[Future[E | InitFailed]] = field(default_factory=deque)
    live: int = 0
    starting: int = 0
    retired: bool = False


class Ledger[E: Holdable]:
    """The state of all versions. Every method is one step that leaves it whole."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._versions: dict[str, _Version[E]] = {}
        self._live = 0
        self._starting = 0

    @property
    def anyone_waits(self) -> bool:
        """Whether any invocation of any version is in a queue."""
        return any(version.waiting for version in self._versions.values())

    def take(self, spec: FunctionSpec) -> E | Future[E | InitFailed]:
        """The environment that was used last, or a place in the queue for the next one."""
        version = self._versions.setdefault(spec.identity, _Version(spec))
        version.retired = False
        if version.idle:
            return version.idle.pop()
        if len(version.waiting) >= self._limits.queue:
            raise too_many(spec, f"{len(version.waiting)} invocations wait already")
        ticket: Future[E | InitFailed] = Future()
        version.waiting.append(ticket)
        return ticket

    def leave_queue(self, spec: FunctionSpec, ticket: Future[E | InitFailed]) -> None:
        """An invocation waits no longer."""
        self._versions[spec.identity].waiting.remove(ticket)

    def give(self, environment: E, now: float) -> bool:
        """Hand a usable environment on, or keep it idle; False when it is not wanted any more."""
        version = self._versions[environment.spec.identity]
        if version.waiting:
            version.waiting.popleft().set_result(environment)
            return True
        if version.retired:
            return False
        environment.idle_since = now
        version.idle.append(environment)
        return True

    def begin_start(self) -> FunctionSpec | None:
        """The version that is to get a new environment now, if one may; its place is taken with that."""
        wanting = [version for version in self._versions.values() if self._wants_more(version)]
        if not wanting or self._starting >= self._limits.starts or self._live >= self._limits.total:
            return None
        version = max(wanting, key=lambda each: len(each.waiting) - each.starting)
        version.starting += 1
        version.live += 1
        self._starting += 1
        self._live += 1
        return version.spec

    def evict(self) -> E | None:
        """When a version wants an environment and there is no room: the one idle longest, which has to go."""
        if self._live < self._limits.total or not any(map(self._wants_more, self._versions.values())):
            return None
        idle = [environment for version in self._versions.values() for environment in version.idle]
        if not idle:
            return None
        oldest = min(idle, key=lambda each: each.idle_since)
        self._versions[oldest.spec.identity].idle.remove(oldest)
        return oldest

    def end_start(self, spec: FunctionSpec) -> None:
        """A start is over, well or badly."""
        self._versions[spec.identity].starting -= 1
        self._starting -= 1

    def fail_start(self, spec: FunctionSpec, failure: InitFailed | Exception) -> bool:
        """Tell the invocation that waits longest; False when none does, and then the place is free."""
        version = self._versions[spec.identity]
        taker = version.waiting.popleft() if version.waiting else None
        if isinstance(failure, InitFailed) and taker is not None:
            taker.set_result(failure)
            return True
        if isinstance(failure, Exception) and taker is not None:
            taker.set_exception(failure)
        self.free_place(spec)
        return taker is not None

    def free_place(self, spec: FunctionSpec) -> None:
        """One environment of this version less."""
        version = self._versions[spec.identity]
        version.live -= 1
        self._live -= 1
        if not version.live and not version.waiting:
            del self._versions[spec.identity]

    def retire(self, chosen: Callable[[FunctionSpec], bool]) -> list[E]:
        """Keep no environment of the chosen versions idle; returns those that were."""
        versions = [version for version in self._versions.values() if chosen(version.spec)]
        for version in versions:
            version.retired = True
        return self._take_idle(versions, lambda _: True)

    def take_idle(self, chosen: Callable[[E], bool]) -> list[E]:
        """The idle environments that are chosen, idle no longer."""
        return self._take_idle(list(self._versions.values()), chosen)

    def fail_waiting(self, error: Exception) -> None:
        """Nobody gets an environment any more."""
        for version in self._versions.values():
            while version.waiting:
                version.waiting.popleft().set_exception(error)

    def _wants_more(self, version: _Version[E]) -> bool:
        limits = self._limits
        most = limits.total if version.spec.timeout_s > limits.long_s else limits.per_version
        return len(version.waiting) > version.starting and version.live < most

    def _take_idle(self, versions: list[_Version[E]], chosen: Callable[[E], bool]) -> list[E]:
        taken = []
        for version in versions:
            taken += [each for each in version.idle if chosen(each)]
            version.idle = [each for each in version.idle if each not in taken]
        return taken


def too_many(spec: FunctionSpec, why: str) -> ThrottledError:
    """Lambda's answer when the account has no concurrency left."""
    return ThrottledError("ConcurrentInvocationLimitExceeded", f"Rate Exceeded: {spec.arn}: {why}")
