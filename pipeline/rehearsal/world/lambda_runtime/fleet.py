"""All environments as running processes: the ledger behind a lock, and the thread that starts them.

One thread, which lives as long as the fleet, starts every process: the kernel ends a child with the thread that made
it, and invocations arrive on threads that come and go.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

from pipeline.rehearsal.world.lambda_runtime.environment import ExecutionEnvironment
from pipeline.rehearsal.world.lambda_runtime.ledger import InitFailed, Ledger, Limits, too_many
from pipeline.rehearsal.world.lambda_runtime.spec import FunctionSpec, LambdaRuntimeError

_STOP_WITHIN_S = 5.0
_LOOK_EVERY_S = 5.0

type Start = Callable[[FunctionSpec], ExecutionEnvironment]
type Acquired = ExecutionEnvironment | InitFailed


class Fleet:
    """Hands out each environment to one invocation at a time."""

    def __init__(self, start: Start, limits: Limits) -> None:
        self._start = start
        self._limits = limits
        self._ledger: Ledger[ExecutionEnvironment] = Ledger(limits)
        self._changed = threading.Condition()
        self._restarts: deque[tuple[FunctionSpec, Future[ExecutionEnvironment]]] = deque()
        self._all: set[ExecutionEnvironment] = set()
        self._stopping = False
        self._starter = threading.Thread(target=self._run, name="lambda-starter", daemon=True)
        self._starter.start()

    @property
    def stopping(self) -> bool:
        """Whether `stop` has been called."""
        return self._stopping

    def processes(self) -> tuple[int, ...]:
        """The process ids of all environments."""
        with self._changed:
            return tuple(sorted(environment.pid for environment in self._all))

    def environments(self) -> tuple[str, ...]:
        """The ARNs of the versions that have environments, each as often as it has some."""
        with self._changed:
            return tuple(sorted(environment.spec.arn for environment in self._all))

    def acquire(self, spec: FunctionSpec) -> Acquired:
        """An environment of this version, or the failure of the one that was started for it."""
        with self._changed:
            self._check_running()
            taken = self._ledger.take(spec)
            if isinstance(taken, ExecutionEnvironment):
                return taken
            self._changed.notify_all()
        try:
            return taken.result(self._limits.wait_s)
        except TimeoutError:
            return self._give_up(spec, taken)

    def _give_up(self, spec: FunctionSpec, ticket: Future[Acquired]) -> Acquired:
        with self._changed:
            if ticket.done():
                return ticket.result()
            self._ledger.leave_queue(spec, ticket)
        raise too_many(spec, f"no environment came free within {self._limits.wait_s:g} s")

    def release(self, environment: ExecutionEnvironment) -> None:
        """Give a usable environment back."""
        with self._changed:
            kept = not self._stopping and self._ledger.give(environment, time.monotonic())
            if self._ledger.anyone_waits:  # what is idle now may have to make room
                self._changed.notify_all()
        if not kept:
            self.discard(environment)

    def discard(self, environment: ExecutionEnvironment) -> None:
        """End an environment and free its place."""
        self._close(environment)
        self._abandon(environment.spec)

    def _abandon(self, spec: FunctionSpec) -> None:
        with self._changed:
            self._ledger.free_place(spec)
            self._changed.notify_all()

    def restart(self, spec: FunctionSpec) -> ExecutionEnvironment:
        """Start an environment, not initialised yet, in the place of one whose init failed."""
        ticket: Future[ExecutionEnvironment] = Future()
        try:
            with self._changed:
                self._check_running()
                self._restarts.append((spec, ticket))
                self._changed.notify_all()
            return ticket.result()
        except LambdaRuntimeError:
            self._abandon(spec)
            raise

    def warm(self, spec: FunctionSpec) -> None:
        """Have an environment of this version idle; one that can't be started is left for an invocation to find out."""
        acquired = self.acquire(spec)
        if isinstance(acquired, InitFailed):
            self._abandon(spec)
        else:
            self.release(acquired)

    def retire(self, chosen: Callable[[FunctionSpec], bool]) -> None:
        """End the idle environments of the chosen versions now and the busy ones when they are done."""
        with self._changed:
            idle = self._ledger.retire(chosen)
        for environment in idle:
            self.discard(environment)

    def stop(self) -> None:
        """End everything; invocations under way and waiting fail with `LambdaRuntimeError`."""
        with self._changed:
            self._stopping = True
            self._ledger.fail_waiting(_stopped())
            idle = self._ledger.take_idle(lambda _: True)
            for environment in self._all:
                environment.kill()  # whoever drives a busy one sees that, and discards it
            self._changed.notify_all()
        for environment in idle:
            self.discard(environment)
        self._starter.join(_STOP_WITHIN_S)
        with self._changed:
            if not self._changed.wait_for(lambda: not self._all, _STOP_WITHIN_S):
                pids = ", ".join(str(environment.pid) for environment in self._all)
                raise LambdaRuntimeError(f"these processes of Lambda environments did not end: {pids}")

    def _close(self, environment: ExecutionEnvironment) -> None:
        environment.close()
        with self._changed:
            self._all.discard(environment)
            self._changed.notify_all()

    def _check_running(self) -> None:
        if self._stopping:
            raise _stopped()

    def _run(self) -> None:
        """The starter's loop: start what is wanted, and look after idle environments in between."""
        while not self._stopping:
            with self._changed:
                task = self._next_task()
                if task is None:
                    self._changed.wait(_LOOK_EVERY_S)
            if task is not None:
                task()
            self._reap()
        with self._changed:
            while self._restarts:
                self._restarts.popleft()[1].set_exception(_stopped())

    def _next_task(self) -> Callable[[], None] | None:
        if self._restarts:
            spec, ticket = self._restarts.popleft()
            return lambda: self._start_again(spec, ticket)
        if (evicted := self._ledger.evict()) is not None:
            return lambda: self.discard(evicted)
        if (wanted := self._ledger.begin_start()) is not None:
            return lambda: self._start_new(wanted)
        return None

    def _start_again(self, spec: FunctionSpec, ticket: Future[ExecutionEnvironment]) -> None:
        try:
            ticket.set_result(self._start_tracked(spec))
        except LambdaRuntimeError as error:
            ticket.set_exception(error)

    def _start_new(self, spec: FunctionSpec) -> None:
        try:
            environment = self._start_tracked(spec)
        except LambdaRuntimeError as error:
            with self._changed:
                self._ledger.end_start(spec)
                self._ledger.fail_start(spec, error)
            return
        threading.Thread(target=self._initialise, args=(environment,), name="lambda-init", daemon=True).start()

    def _start_tracked(self, spec: FunctionSpec) -> ExecutionEnvironment:
        try:
            environment = self._start(spec)
        except Exception as error:  # whatever it is, it belongs to the one who waits, and this thread must live on
            raise LambdaRuntimeError(f"{spec.arn}: its process cannot be started: {error}") from error
        with self._changed:
            self._all.add(environment)
            if self._stopping:
                environment.kill()
        return environment

    def _initialise(self, environment: ExecutionEnvironment) -> None:
        spec = environment.spec
        outcome = environment.initialise(self._limits.init_s)
        if outcome is None:
            with self._changed:
                self._ledger.end_start(spec)
            self.release(environment)
            return
        log, cut = environment.log.take()
        self._close(environment)
        with self._changed:
            self._ledger.end_start(spec)
            self._ledger.fail_start(spec, InitFailed(outcome, environment.take_init_ms() or 0.0, log, cut))
            self._changed.notify_all()

    def _reap(self) -> None:
        """End the environments that have been idle too long, or whose process has ended."""
        oldest = time.monotonic() - self._limits.idle_s
        with self._changed:
            gone = self._ledger.take_idle(lambda each: each.idle_since < oldest or not each.alive)
        for environment in gone:
            self.discard(environment)


def _stopped() -> LambdaRuntimeError:
    return LambdaRuntimeError("the Lambda runtime was stopped")
