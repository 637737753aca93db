"""Requests go out at their own rate, to this machine only, and what becomes of them is told."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.load.address import check_loopback
from pipeline.rehearsal.load.counts import TrafficCounts
from pipeline.rehearsal.load.plan import RequestTemplate
from pipeline.rehearsal.load.sender import Job, send
from pipeline.rehearsal.world.emulator.trust import authority_of
from tests.support.https_server import served_with

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def never(_: web.Request) -> web.StreamResponse:
    """Answer nobody."""
    await asyncio.Event().wait()
    return web.Response()


def get(path: str) -> RequestTemplate:
    return RequestTemplate(path.strip("/"), "GET", path)


async def _serve(handler: Handler, tls: ssl.SSLContext | None = None) -> tuple[web.AppRunner, int]:
    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", handler)
    runner = web.AppRunner(application, shutdown_timeout=0.01)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    return runner, int(runner.addresses[0][1])


def traffic(
    answer: Handler, *templates: RequestTemplate, until: int, rate: float = 2_000, in_flight: int = 64, host: str = ""
) -> TrafficCounts:
    """Send to a server that answers by `answer`, and stop when it has seen `until` requests."""
    stop = asyncio.Event()
    seen = 0

    async def handle(request: web.Request) -> web.StreamResponse:
        nonlocal seen
        seen += 1
        if seen >= until:
            stop.set()
        return await answer(request)

    async def run() -> TrafficCounts:
        runner, port = await _serve(handle)
        try:
            return await send(Job(f"http://{host or '127.0.0.1'}:{port}", templates, rate, 7, in_flight), stop)
        finally:
            await runner.shutdown()
            await runner.cleanup()

    return asyncio.run(run())


def test_answers_are_counted_by_operation_and_status() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=int(request.path.rpartition("/")[2]))

    counts = traffic(answer, get("/200"), get("/404"), get("/503"), until=60)
    assert set(counts.by_operation) == {"200", "404", "503"}
    assert counts.by_operation["404"].classes == {"4xx": counts.client_errors}
    assert counts.by_operation["503"].failed == counts.failed > 0
    assert counts.requests >= 60
    assert counts.p50_ms is not None


def test_a_redirect_is_not_followed() -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("http://example.com/")

    assert set(traffic(answer, get("/a"), until=5).by_operation["a"].classes) == {"3xx"}


def test_a_connection_that_is_cut_is_a_failure() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport
        request.transport.abort()
        return web.Response()

    counts = traffic(answer, RequestTemplate("write", "POST", "/write"), until=5)
    assert counts.by_operation["write"].classes == {"no answer": counts.failed}


def test_a_server_that_is_slow_does_not_slow_the_schedule() -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.05)
        return web.Response()

    counts = traffic(answer, get("/a"), until=8, in_flight=2)
    assert counts.not_sent > counts.requests
    assert counts.offered_rps > counts.achieved_rps
    assert not counts.kept_up


def test_stopping_does_not_wait_for_answers_that_never_come() -> None:
    began = time.monotonic()
    counts = traffic(never, get("/a"), until=3, in_flight=3)
    assert (counts.requests, counts.unfinished) == (0, 3)
    assert time.monotonic() - began < 5


def test_names_below_localhost_are_found_on_this_machine() -> None:
    hosts = set()

    async def answer(request: web.Request) -> web.StreamResponse:
        hosts.add(request.host.partition(":")[0])
        return web.Response()

    assert traffic(answer, get("/a"), until=2, host="abc123.execute-api.localhost").failed == 0
    assert hosts == {"abc123.execute-api.localhost"}


def test_nobody_answers_on_a_port_that_nobody_has() -> None:
    async def run() -> TrafficCounts:
        runner, port = await _serve(never)
        await runner.cleanup()
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.1, stop.set)
        return await send(Job(f"http://127.0.0.1:{port}", (get("/a"),), 200, 7), stop)

    counts = asyncio.run(run())
    assert counts.requests == counts.failed > 0


def test_over_https_the_authority_that_is_named_is_trusted_and_nobody_else(tmp_path: Path) -> None:
    tls = served_with(tmp_path / "own")
    served_with(tmp_path / "another")

    async def run(authority: Path | None) -> TrafficCounts:
        stop = asyncio.Event()

        async def answer(_: web.Request) -> web.StreamResponse:
            stop.set()
            return web.Response()

        runner, port = await _serve(answer, tls)
        try:
            asyncio.get_running_loop().call_later(2 if authority == known else 0.2, stop.set)
            told = None if authority is None else str(authority)
            return await send(Job(f"https://127.0.0.1:{port}", (get("/a"),), 200, 7, authority=told), stop)
        finally:
            await runner.cleanup()

    known = authority_of(tmp_path / "own")
    assert asyncio.run(run(known)).by_operation["a"].classes.keys() == {"2xx"}
    for stranger in (authority_of(tmp_path / "another"), None):
        refused = asyncio.run(run(stranger))
        assert refused.requests == refused.failed > 0


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:80/", "https://127.0.0.1", "http://localhost", "http://[::1]:8080/x", "http://127.9.9.9"],
)
def test_this_machine_is_allowed(url: str) -> None:
    assert check_loopback(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "https://example.com",
        "http://10.0.0.1",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://127.0.0.1@example.com/",
        "http://0.0.0.0:80",
        "http://[::]",
        "ftp://127.0.0.1",
        "127.0.0.1:80",
        "",
        "http://[",
    ],
)
def test_every_other_machine_is_refused(url: str) -> None:
    with pytest.raises(Unreadable, match="is refused"):
        check_loopback(url)
    with pytest.raises(Unreadable, match="is refused"):
        asyncio.run(send(Job(url, (get("/a"),), 1, 7), asyncio.Event()))
