"""Traffic runs in a process of its own, and is stopped or fails without leaving it behind."""

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pipeline.rehearsal.errors import Broke, Unreadable
from pipeline.rehearsal.load import GeneratedTraffic, RequestTemplate, TrafficPlan
from pipeline.rehearsal.spec import Unexercised

PLAN = TrafficPlan((RequestTemplate("order", "POST", "/order", bodies=({"sku": "TEA"},), tokens=("token-a",)),), ())


class Server(ThreadingHTTPServer):
    """Remembers what it was sent, and says when that was enough."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, str | None, bytes]] = []
        self.enough = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, Server)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.seen.append((self.path, self.headers["Authorization"], body))
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()
        if len(server.seen) >= 20:
            server.enough.set()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def child_of(traffic: GeneratedTraffic) -> int:
    assert traffic._child
    return traffic._child.pid


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_was_planned_is_sent_until_it_is_stopped(server: Server) -> None:
    traffic = GeneratedTraffic(PLAN, rate=500)
    traffic.start(server.url)
    child = child_of(traffic)
    assert server.enough.wait(20)
    counts = traffic.stop()
    assert set(server.seen) == {("/order", "Bearer token-a", b'{"sku": "TEA"}')}
    assert counts.by_operation["order"].classes == {"2xx": counts.requests}
    # A request that was cut off may or may not have reached the server.
    assert counts.requests <= len(server.seen) <= counts.requests + counts.unfinished
    assert not alive(child)


def test_traffic_whose_process_died_broke(server: Server) -> None:
    traffic = GeneratedTraffic(PLAN)
    traffic.start(server.url)
    os.kill(child_of(traffic), 9)
    with pytest.raises(Broke, match="the traffic ended without its counts: it said nothing"):
        traffic.stop()
    with pytest.raises(Broke, match="stopped before it was started"):
        traffic.stop()


def test_traffic_can_be_ended_without_its_counts(server: Server) -> None:
    traffic = GeneratedTraffic(PLAN)
    traffic.start(server.url)
    child = child_of(traffic)
    traffic.close()
    traffic.close()
    assert not alive(child)


def test_no_traffic_is_never_taken_for_some() -> None:
    nothing = TrafficPlan((), (Unexercised("traffic to GET /a", "no token"),))
    with pytest.raises(
        Unreadable, match=r"no traffic can be made of the OpenAPI document \(traffic to GET /a: no token\)"
    ):
        GeneratedTraffic(nothing)
    with pytest.raises(Unreadable, match="0 requests per second is none"):
        GeneratedTraffic(PLAN, rate=0)


def test_traffic_to_another_machine_is_refused_before_anything_is_started() -> None:
    with pytest.raises(Unreadable, match="is refused"):
        GeneratedTraffic(PLAN).start("http://example.com")
