"""Traffic as a rehearsal starts and stops it, in a process of its own so that neither slows the other."""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Protocol

from pydantic import ValidationError

from pipeline.rehearsal.errors import Broke, Unreadable
from pipeline.rehearsal.load.address import check_loopback
from pipeline.rehearsal.load.counts import TrafficCounts
from pipeline.rehearsal.load.plan import TrafficPlan
from pipeline.rehearsal.load.sender import Job
from pipeline.rehearsal.load.wire import COUNTS, JOB, READY

ROOT = Path(__file__).parents[3]
START_SECONDS = 20.0
STOP_SECONDS = 3.0
IN_FLIGHT = 16
"""Requests that wait for their answer at a time: as many as keep a small machine at work. With 64 two cores answered no
more of them, and handlers waited three times as long for a core, some over a second: what a judge of versions counts
as slow, of the one that is well, too."""


class Traffic(Protocol):
    """Traffic to an API: started once, stopped once."""

    def start(self, base_url: str) -> None:
        """Begin to send; returns when requests are under way."""
        ...

    def stop(self) -> TrafficCounts:
        """Send no more; what became of the requests, within a second."""
        ...


class GeneratedTraffic:
    """Traffic made from an OpenAPI document: `rate` requests per second, the same ones for the same `seed`.

    `watched` names the operations that most of them go to; all are alike if it names none. Unreadable when the plan
    holds nothing to send: no traffic must never look like a pass. `authority` is whom to trust over https.
    """

    def __init__(
        self,
        plan: TrafficPlan,
        rate: float = 250.0,
        seed: int = 7,
        in_flight: int = IN_FLIGHT,
        watched: tuple[str, ...] = (),
        authority: Path | None = None,
    ) -> None:
        if not plan.templates:
            why = "; ".join(f"{item.subject}: {item.why}" for item in plan.not_exercised) or "it has no operations"
            raise Unreadable(f"no traffic can be made of the OpenAPI document ({why})", "name values in the seed")
        if rate <= 0:
            raise Unreadable(f"traffic of {rate} requests per second is none", "give a rate above 0")
        self._plan = plan
        self._rate = rate
        self._seed = seed
        self._in_flight = in_flight
        self._watched = watched
        self._authority = None if authority is None else str(authority)
        self._child: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None

    def start(self, base_url: str) -> None:
        """Begin to send to `base_url`, on this machine; Broke if the traffic can't be started."""
        if self._child:
            raise Broke("the traffic was started twice; stop it first")
        base_url, templates = check_loopback(base_url), self._plan.templates
        job = Job(base_url, templates, self._rate, self._seed, self._in_flight, self._watched, self._authority)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  open as long as the child is
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", "pipeline.rehearsal.load.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={"PYTHONPATH": str(ROOT), "PATH": os.defpath, "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        with contextlib.suppress(OSError):  # one that is gone already says why below
            self._stdin.write(JOB.dump_json(job) + b"\n")
            self._stdin.flush()
        if self._read_line(START_SECONDS) != READY:
            raise self._failed("could not be started")

    def stop(self) -> TrafficCounts:
        """Send no more; the counts. Broke if the traffic's process is gone or does not answer."""
        if self._child is None:
            raise Broke("the traffic was stopped before it was started")
        with contextlib.suppress(OSError):
            self._stdin.close()
        line = self._read_line(STOP_SECONDS)
        try:
            counts = COUNTS.validate_json(line)
        except ValidationError as problem:
            raise self._failed("ended without its counts") from problem
        self._end()
        return counts

    def close(self) -> None:
        """End the traffic without asking for its counts; does nothing if it is not running."""
        if self._child:
            self._end()

    @property
    def _stdin(self) -> IO[bytes]:
        if self._child is None or self._child.stdin is None:
            raise Broke("the traffic is not running")
        return self._child.stdin

    def _read_line(self, seconds: float) -> bytes:
        """The next line, empty if none comes in time: a child that says nothing is killed, which ends the line."""
        if self._child is None or self._child.stdout is None:
            return b""
        timer = threading.Timer(seconds, self._child.kill)
        timer.start()
        try:
            return self._child.stdout.readline()
        finally:
            timer.cancel()

    def _failed(self, what: str) -> Broke:
        """What to raise when the child failed; it is ended."""
        self._end()
        said = b""
        if self._errors:
            self._errors.seek(0)
            said = self._errors.read()[-2_000:]
        last = said.decode(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
        return Broke(f"the traffic {what}: {last[0]}")

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        for stream in (child.stdin, child.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
