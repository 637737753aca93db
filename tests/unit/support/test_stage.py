"""A request to a deployed stage is sent once, whatever comes of it, and can be found in X-Ray."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import urllib3

from tests.support.https_server import https_server
from tests.support.stage import Stage, trace_address, trace_id

seen: list[str] = []


class Echo(BaseHTTPRequestHandler):
    """Remembers the trace of every request, and answers with the status that the path ends in, or 200."""

    def do_GET(self) -> None:
        seen.append(self.headers["X-Amzn-Trace-Id"])
        last = self.path.rpartition("/")[2]
        self.send_response(int(last) if last.isdecimal() else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    """Where a server answers that is there for this test alone."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def unused_port() -> int:
    """A port at which nobody listens any more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_every_request_brings_a_trace_of_its_own_that_is_sampled_and_the_answer_knows_it(url: str) -> None:
    seen.clear()
    answers = [Stage(url).call("GET", "/v1/health") for _ in range(2)]
    assert seen == [f"Root={answer.trace};Sampled=1" for answer in answers]
    assert len(set(seen)) == 2
    assert answers[0].trace in repr(answers[0])


@pytest.mark.parametrize("status", [200, 301, 404, 409, 429, 500, 502, 503, 504])
def test_what_a_stage_answers_is_what_it_answered_at_the_first_time(url: str, status: int) -> None:
    """Asked again until it is right, one failure in five would be none."""
    seen.clear()
    assert Stage(url).call("GET", f"/{status}").status == status
    assert len(seen) == 1


def test_a_stage_that_does_not_answer_is_not_asked_again(unused_port: int) -> None:
    with pytest.raises(urllib3.exceptions.NewConnectionError):
        Stage(f"http://127.0.0.1:{unused_port}").call("GET", "/")


def test_over_https_whom_to_trust_is_told_or_what_every_sdk_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with https_server(tmp_path / "own") as own, https_server(tmp_path / "another") as another:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(own.authority))
        assert Stage(own.url).call("GET", "/").status == 200
        with pytest.raises(urllib3.exceptions.SSLError):
            Stage(another.url).call("GET", "/")
        assert Stage(another.url, trusted=str(another.authority)).call("GET", "/").status == 200
        monkeypatch.delenv("AWS_CA_BUNDLE")
        with pytest.raises(urllib3.exceptions.SSLError):
            Stage(own.url).call("GET", "/")


def test_a_trace_s_id_has_the_form_that_x_ray_takes() -> None:
    """X-Ray developer guide, "Trace IDs": a version, the time of the request, and 96 bits of chance."""
    found = re.fullmatch(r"1-([0-9a-f]{8})-[0-9a-f]{24}", trace_id())
    assert found is not None
    assert abs(int(found[1], 16) - time.time()) < 60


def test_a_deployed_api_s_trace_has_an_address_in_the_console() -> None:
    url = "https://abc123.execute-api.eu-west-1.amazonaws.com/beta"
    assert trace_address(url, "1-2-3") == (
        "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#xray:traces/1-2-3"
    )
    assert trace_address("https://orders.example.com", "1-2-3") == "1-2-3"
