"""One execution environment: a child process that runs the function, and the Runtime API that it alone talks to.

No thread belongs to an environment. Whoever holds it drives it: waits for the next thing that the child does
(connects, asks, answers, writes, ends) and looks at its memory in between. So an answer reaches its caller without a
change of thread, and an environment can take one invocation at a time by construction.
"""

import os
import select
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from pipeline.rehearsal.world.lambda_runtime.api_server import RuntimeApiServer
from pipeline.rehearsal.world.lambda_runtime.fork_servers import ForkServers
from pipeline.rehearsal.world.lambda_runtime.log import LogBuffer
from pipeline.rehearsal.world.lambda_runtime.outcome import End, Outcome
from pipeline.rehearsal.world.lambda_runtime.process import ChildProcess, Started, started
from pipeline.rehearsal.world.lambda_runtime.runtime_api import next_event
from pipeline.rehearsal.world.lambda_runtime.spec import FunctionSpec, Invocation
from pipeline.rehearsal.world.lambda_runtime.variables import process_variables

LAUNCHER = Path(__file__).with_name("launch.py")
_LOOK_EVERY_S = 0.1
"""How often the memory of a busy child is read, a tenth of a millisecond each time. Twenty wait on a busy machine."""
_LEFTOVERS = 256


class ExecutionEnvironment:
    """A started environment. `initialise` it once, then `invoke` it any number of times, and `close` it in the end.

    It must be made on a thread that outlives it: the kernel ends the child together with the thread that started it.
    """

    def __init__(
        self,
        spec: FunctionSpec,
        *,
        environment_id: str,
        python: Path,
        scratch: Path,
        access: Mapping[str, str],
        fork_servers: ForkServers | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.spec = spec
        self.log = LogBuffer()
        self.log_stream = f"{time.strftime('%Y/%m/%d', time.gmtime(wall()))}/[{spec.version}]{environment_id}"
        self.idle_since = 0.0
        self._wall = wall
        self._init_ms: float | None = None
        self._looked_at = 0.0
        self._peak_kb = 0
        self._output_open = True
        self._poll = select.poll()
        with ExitStack() as closing:
            own = scratch / environment_id
            own.mkdir(parents=True)
            closing.callback(shutil.rmtree, own, ignore_errors=True)
            self._api = RuntimeApiServer(self._poll)
            closing.callback(self._api.close)
            variables = process_variables(
                spec,
                runtime_api=self._api.address,
                log_stream=self.log_stream,
                python=python,
                scratch=own,
                access=access,
            )

            def start(output: int) -> Started:
                made = fork_servers.process(spec.code, spec.handler, variables, output) if fork_servers else None
                return made or started(_command(python, spec), output, cwd=spec.code, variables=variables)

            self._child = ChildProcess(start)
            closing.callback(self._child.close)
            self._closing = closing.pop_all()
        self._poll.register(self._child.output, select.POLLIN)
        if self._child.exit_fd is not None:
            self._poll.register(self._child.exit_fd, select.POLLIN)

    @property
    def pid(self) -> int:
        """The process id of the function's process, which is also its process group."""
        return self._child.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return not self._child.exited()

    @property
    def memory_used_mb(self) -> int:
        """The most memory it has been seen to use, rounded up, never above the limit: Lambda clamps it too."""
        return min(self.spec.memory_mb, -(-self._peak_kb // 1024))

    def initialise(self, limit_s: float) -> Outcome | None:
        """Wait until the handler is loaded: None when it is, else how that failed."""
        began = time.monotonic()
        ended = self._drive(lambda: self._api.asked or self._api.outcome is not None, began + limit_s)
        self._init_ms = (time.monotonic() - began) * 1000
        return self._unless_over_memory(ended or self._api.outcome)

    def invoke(self, invocation: Invocation, limit_s: float) -> Outcome:
        """Give the child one event and wait for what comes of it, at most `limit_s` seconds."""
        deadline = time.monotonic() + limit_s
        ended = self._drive(lambda: self._api.asked, deadline)
        if ended is not None:
            return Outcome(ended.end, reason=ended.reason, delivered=False)
        event = next_event(invocation, deadline_ms=int((self._wall() + deadline - time.monotonic()) * 1000))
        self._api.give(invocation.request_id, event)
        ended = self._drive(lambda: self._api.outcome is not None, deadline)
        self._read_output()
        return ended or self._unless_over_memory(self._api.outcome) or Outcome(End.EXITED)

    def take_init_ms(self) -> float | None:
        """How long the init took, told once: to the first invocation."""
        taken, self._init_ms = self._init_ms, None
        return taken

    def kill(self) -> None:
        """End the process, from any thread; whoever drives the environment finds out."""
        self._child.kill()

    def close(self) -> None:
        """End the process and give everything back."""
        self._closing.close()

    def _drive(self, done: Callable[[], bool], deadline: float) -> Outcome | None:
        """Let the child go on until `done`, or say what came instead; then the child is dead."""
        self._looked_at = time.monotonic()
        while not done():
            now = time.monotonic()
            if self._child.exited():
                self._finish_reading()
                return None if done() else Outcome(End.EXITED, reason=self._child.exit_reason())
            if now >= deadline:
                return self._end_child(End.TIMED_OUT)
            if now - self._looked_at >= _LOOK_EVERY_S and self._over_memory(self._child.descendants_memory_kb()):
                return self._end_child(End.OUT_OF_MEMORY)
            self._step(min(deadline - now, _LOOK_EVERY_S))
        return None

    def _unless_over_memory(self, outcome: Outcome | None) -> Outcome | None:
        """The kernel knows the peak between two looks: on Lambda an answer that needed too much is never given."""
        return self._end_child(End.OUT_OF_MEMORY) if self._over_memory() else outcome

    def _over_memory(self, descendants_kb: int = 0) -> bool:
        self._looked_at = time.monotonic()
        self._peak_kb = max(self._peak_kb, self._child.peak_memory_kb() + descendants_kb)
        return self._peak_kb > self.spec.memory_mb * 1024

    def _end_child(self, end: End) -> Outcome:
        self._child.kill()
        self._finish_reading()
        return Outcome(end)

    def _finish_reading(self) -> None:
        """Take what an ended child has left in its connections and its pipe, unless something else keeps writing."""
        for _ in range(_LEFTOVERS):
            if not self._step(0):
                return

    def _step(self, timeout_s: float) -> bool:
        """Wait for the next thing the child does and deal with it; False when there was nothing to deal with."""
        handled = False
        for descriptor, _ in self._poll.poll(timeout_s * 1000):
            handled |= self._read_output() if descriptor == self._child.output else self._api.serve(descriptor)
        return handled

    def _read_output(self) -> bool:
        data = self._child.read_output() if self._output_open else None
        if data == b"":
            self._output_open = False
            self._poll.unregister(self._child.output)
        self.log.write(data or b"")
        return bool(data)


def _command(python: Path, spec: FunctionSpec) -> list[str]:
    return [str(python), "-P", "-s", "-B", str(LAUNCHER), str(os.getpid()), str(spec.code), spec.handler]
