"""The spike: when it sends what, and what it says of a stage that did not stand it."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.load.spike import SPIKE, Phase, Sent, judge, moments, run, slowest
from tests.support.stage import Stage

SMALL = (Phase("before", 2, 5), Phase("spike", 1, 100), Phase("after", 2, 5))


def answered(late: float = 0, **changed: tuple[int, float]) -> list[Sent]:
    """Every request of SMALL, answered with 200 in 20 ms; `changed` has another status and time for all of a phase."""
    return [Sent(phase, *changed.get(phase, (200, 20.0)), late) for _, phase in moments(SMALL)]


def test_the_spike_is_twenty_times_what_is_usual_for_a_minute() -> None:
    before, spike, after = SPIKE
    assert spike.per_second == 20 * before.per_second == 20 * after.per_second
    assert (spike.seconds, spike.requests) == (60, 12_000)


def test_requests_go_evenly_one_phase_after_the_other() -> None:
    assert list(moments((Phase("one", 1, 2), Phase("two", 2, 1)))) == [(0, "one"), (0.5, "one"), (1, "two"), (2, "two")]


def test_a_stage_that_refuses_the_spike_alone_and_recovers_has_stood_it() -> None:
    assert judge(SMALL, answered()) == []
    assert judge(SMALL, answered(spike=(429, 2))) == []
    assert judge(SMALL, answered(spike=(200, 900), after=(200, 40))) == []


@pytest.mark.parametrize("status", [404, 500, 503])
@pytest.mark.parametrize("phase", ["before", "spike", "after"])
def test_an_error_is_one_whenever_it_comes(phase: str, status: int) -> None:
    (said,) = judge(SMALL, answered(0, **{phase: (status, 20.0)}))
    assert said.startswith(f"{phase}: ")
    assert "answered with an error" in said


@pytest.mark.parametrize("phase", ["before", "after"])
def test_who_comes_before_or_after_the_spike_is_not_refused(phase: str) -> None:
    assert [each for each in judge(SMALL, answered(0, **{phase: (429, 20.0)})) if "refused" in each]


def test_a_stage_that_stays_slow_has_not_recovered() -> None:
    assert judge(SMALL, answered(after=(200, 41))) == ["after: p95 of 41 ms, 20 ms before: the stage has not recovered"]


def test_a_load_that_was_not_made_is_no_pass() -> None:
    assert len(judge(SMALL, answered(late=1.5))) == 3
    assert len(judge(SMALL, [])) == 3


def test_what_was_refused_does_not_make_a_stage_look_fast() -> None:
    sent = [*(Sent("spike", 429, 1) for _ in range(90)), *(Sent("spike", 200, 800) for _ in range(10))]
    assert slowest(sent, SMALL[1]) == 800


class Tea(BaseHTTPRequestHandler):
    """A catalogue that is always the same."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200 if self.path.startswith("/v1/products?category=") else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    """Where a server answers that is there for this test alone."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Tea) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_run_sends_every_request_and_keeps_what_came(url: str) -> None:
    phases = (Phase("before", 0.1, 20), Phase("spike", 0.1, 100), Phase("after", 0.1, 20))
    sent = run(Stage(url), phases)
    assert [each.phase for each in sent] == [phase for _, phase in moments(phases)]
    assert {each.status for each in sent} == {200}
    assert all(each.milliseconds > 0 for each in sent)
