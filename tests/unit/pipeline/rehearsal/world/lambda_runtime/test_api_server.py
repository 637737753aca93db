"""What the Runtime API answers to a runtime that does not keep to it."""

import json
import select
import socket
from collections.abc import Iterator

import pytest

from pipeline.rehearsal.world.lambda_runtime.api_server import RuntimeApiServer
from pipeline.rehearsal.world.lambda_runtime.outcome import End, Outcome
from pipeline.rehearsal.world.lambda_runtime.runtime_api import next_event
from pipeline.rehearsal.world.lambda_runtime.spec import Invocation

PREFIX = "/2018-06-01/runtime"
EVENT = next_event(Invocation(request_id="r1", payload=b"1", invoked_arn="arn", trace_id="Root=1"), deadline_ms=1)


class Peer:
    """A server and a client of it on one thread."""

    def __init__(self) -> None:
        self.poll = select.poll()
        self.server = RuntimeApiServer(self.poll)
        host, port = self.server.address.split(":")
        self.client = socket.create_connection((host, int(port)), timeout=2)
        self.serve()

    def serve(self) -> None:
        for descriptor, _ in self.poll.poll(1000):
            self.server.serve(descriptor)

    def send(self, method: str, path: str, body: bytes = b"") -> None:
        self.client.sendall(f"{method} {PREFIX}{path} HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        self.serve()

    def status_and_body(self) -> tuple[int, object]:
        head, _, body = self.client.recv(4096).partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(body)


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    peer.client.close()
    peer.server.close()


def test_an_event_is_given_to_who_asks_and_its_answer_taken(peer: Peer) -> None:
    peer.send("GET", "/invocation/next")
    assert peer.server.asked
    peer.server.give("r1", EVENT)
    assert peer.status_and_body() == (200, 1)
    peer.send("POST", "/invocation/r1/response", b'"done"')
    assert peer.status_and_body() == (202, {"status": "OK"})
    assert peer.server.outcome == Outcome(End.RETURNED, b'"done"')


def test_an_answer_to_another_event_or_a_second_one_is_refused(peer: Peer) -> None:
    peer.send("GET", "/invocation/next")
    peer.server.give("r1", EVENT)
    peer.status_and_body()
    refused = (400, {"errorType": "InvalidRequestID", "errorMessage": "Invalid request ID"})
    peer.send("POST", "/invocation/r0/response", b"0")
    assert (peer.status_and_body(), peer.server.outcome) == (refused, None)
    peer.send("POST", "/invocation/r1/error", b"1")
    peer.status_and_body()
    peer.send("POST", "/invocation/r1/response", b"2")
    assert (peer.status_and_body(), peer.server.outcome) == (refused, Outcome(End.RAISED, b"1"))


def test_a_resource_that_there_is_not_is_said_to_be_missing(peer: Peer) -> None:
    peer.send("GET", "/restore/next")
    assert peer.status_and_body()[0] == 404


def test_who_asked_and_hung_up_asks_no_more(peer: Peer) -> None:
    peer.send("GET", "/invocation/next")
    peer.client.close()
    peer.serve()
    assert not peer.server.asked


def test_who_does_not_speak_http_is_hung_up_on(peer: Peer) -> None:
    peer.client.sendall(b"hello\r\n\r\n")
    peer.serve()
    assert peer.client.recv(10) == b""
