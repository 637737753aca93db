"""Sends requests at a rate that does not wait for the answers: an open loop, with a seeded schedule of arrivals.

Arrivals are a Poisson process. At most `in_flight` requests wait at a time; an arrival that finds no place is counted
as not sent, so that a slow server shows as offered against achieved, and not as a longer queue here.
"""

import asyncio
import contextlib
import random
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
from yarl import URL

from pipeline.rehearsal.load.address import LoopbackResolver, check_loopback
from pipeline.rehearsal.load.counts import Tally, TrafficCounts
from pipeline.rehearsal.load.plan import RequestTemplate
from pipeline.rehearsal.load.request import Request, draw, mixed

# API Gateway itself gives up after 29 s; what takes longer gets no answer.
ANSWER_SECONDS = 30.0
# Shorter than servers usually keep an idle connection: so none is used that the server is about to close.
KEEP_ALIVE_SECONDS = 2.0
LAST_ANSWERS_SECONDS = 0.5


@dataclass(frozen=True)
class Job:
    """What to send where: `rate` in requests per second. `watched` are the operations that get most of them.

    `authority` is the file of whom to trust where the address is one of https.
    """

    base_url: str
    templates: tuple[RequestTemplate, ...]
    rate: float
    seed: int
    in_flight: int = 64
    watched: tuple[str, ...] = ()
    authority: str | None = None


class _Sender:
    """One job under way."""

    def __init__(self, job: Job, session: aiohttp.ClientSession, now: Callable[[], float]) -> None:
        self._job = job
        self._base = check_loopback(job.base_url)
        self._session = session
        self._now = now
        self._mix = mixed(job.templates, job.watched)
        self._rng = random.Random(job.seed)  # noqa: S311  a schedule that can be repeated, nothing secret
        self._waiting: set[asyncio.Task[None]] = set()
        self.tally = Tally()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop, then give the last answers half a second."""
        due = self._now()
        while not stop.is_set():
            due += self._rng.expovariate(self._job.rate)
            await self._until(due, stop)
            if not stop.is_set():
                self._arrive()
        if self._waiting:
            await asyncio.wait(self._waiting, timeout=LAST_ANSWERS_SECONDS)
        self.tally.unfinished = len(self._waiting)
        for task in self._waiting:
            task.cancel()
        await asyncio.gather(*self._waiting, return_exceptions=True)

    async def _until(self, due: float, stop: asyncio.Event) -> None:
        """Wait for the next arrival, or for the end if that comes first."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(due - self._now()):
                await stop.wait()

    def _arrive(self) -> None:
        self.tally.arrivals += 1
        request = draw(self._mix, self._rng)
        if len(self._waiting) >= self._job.in_flight:
            self.tally.not_sent += 1
            return
        task = asyncio.create_task(self._send(request))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def _send(self, request: Request) -> None:
        began = self._now()
        status: int | None = None
        try:
            async with self._session.request(
                request.method,
                URL(self._base + request.target, encoded=True),
                headers=request.headers,
                data=request.body,
                allow_redirects=False,
            ) as response:
                await response.read()
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            status = None
        self.tally.count(request.operation, status, (self._now() - began) * 1000)


async def send(job: Job, stop: asyncio.Event, now: Callable[[], float] = time.monotonic) -> TrafficCounts:
    """Send until `stop` is set; what became of the requests. Unreadable when the address is not this machine's."""
    check_loopback(job.base_url)
    connector = aiohttp.TCPConnector(
        limit=job.in_flight,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
        resolver=LoopbackResolver(),
        ssl=ssl.create_default_context(cafile=job.authority) if job.authority else True,
    )
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    ) as session:
        sender = _Sender(job, session, now)
        began = now()
        await sender.run(stop)
        return sender.tally.counts(now() - began)
