"""The provider's HTTP side, on a free port of 127.0.0.1.

    POST /v1/authorisations   {payment_id, amount, currency}: 201 {status, reference}, 402 or 202 {status}
    POST /v1/voids            {payment_id}: 200 {status}
    PUT  /control/fault       {fault, seconds}: none, error (500), slow (answers after that many seconds), drop
    PUT  /control/webhook     {url, key}: tell what is decided there from now on, signed with that key; no url, nobody

Both POSTs need `Authorization: Bearer ...` and an `Idempotency-Key`. `python -m tests.support.payment_provider.service`
writes its address to the file $SLIPWAY_STAND_IN_OUT and serves until its standard input ends.
"""

import argparse
import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.support.payment_provider.book import Answered, Book, Fault
from tests.support.payment_provider.webhook import Webhook

OUT = "SLIPWAY_STAND_IN_OUT"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, book: Book) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.book = book
        self.slow_seconds = 0.0
        self.ending = threading.Event()
        self.connections = 0
        self.webhook: Webhook | None = None

    def process_request(self, request: Any, client_address: Any) -> None:
        """Count it."""
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone away is none of our errors."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_PUT(self) -> None:
        body = self._body()
        match self.path, body:
            case "/control/fault", {"fault": fault}:
                self.server.slow_seconds = float(body.get("seconds", 0.0))
                self.server.book.fault = Fault(fault)
                self._send(Answered(200, {"fault": self.server.book.fault.value}))
            case "/control/webhook", {"url": str(url), "key": str(key)}:
                self.server.webhook = Webhook(url, key.encode()) if url else None
                self._send(Answered(200, {"url": url}))
            case _:
                self._send(Answered(404, {"error": "not found"}))

    def do_POST(self) -> None:
        body = self._body()
        match self.server.book.fault:
            case Fault.DROP:
                self.close_connection = True
            case Fault.ERROR:
                self._send(Answered(500, {"error": "internal"}))
            case Fault.SLOW:
                self.server.ending.wait(self.server.slow_seconds)
                self._send(self._answer(body))
            case Fault.NONE:
                self._send(self._answer(body))

    def _answer(self, body: Any) -> Answered:
        key = self.headers.get("Idempotency-Key", "")
        if not self.headers.get("Authorization", "").startswith("Bearer "):
            return Answered(401, {"error": "unauthorised"})
        if not key or not isinstance(body, dict) or body.get("payment_id") != key:
            return Answered(400, {"error": "bad request"})
        if self.path == "/v1/voids":
            return self.server.book.void(key)
        if self.path == "/v1/authorisations" and isinstance(body.get("amount"), int) and body.get("currency"):
            return self._authorised(key, body["amount"])
        return Answered(404, {"error": "not found"})

    def _authorised(self, key: str, amount: int) -> Answered:
        answered = self.server.book.authorise(key, amount)
        news = self.server.book.news(key, amount)
        if self.server.webhook is not None and news is not None:
            self.server.webhook.tell_soon(news)
        return answered

    def _body(self) -> Any:
        try:
            return json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        except ValueError:
            return None

    def _send(self, answered: Answered) -> None:
        payload = json.dumps(answered.body).encode()
        self.send_response(answered.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Provider:
    """A running provider, for tests in the same process: its address, its memory, and its faults."""

    url: str
    book: Book
    _server: _Server

    @property
    def connections(self) -> int:
        """How many connections were made."""
        return self._server.connections

    def suffer(self, fault: Fault, seconds: float = 0.0) -> None:
        """Have this fault from now on; `seconds` is how slow a slow one is."""
        self._server.slow_seconds = seconds
        self.book.fault = fault

    def tell(self, url: str, key: bytes) -> Webhook:
        """Tell what is decided from now on at `url`, signed with `key`."""
        self._server.webhook = webhook = Webhook(url, key)
        return webhook

    def tell_nobody(self) -> None:
        """Tell nothing any more."""
        self._server.webhook = None


@contextmanager
def payment_provider() -> Iterator[Provider]:
    """Serve in a thread of this process."""
    server = _Server(Book())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Provider(f"http://127.0.0.1:{server.server_port}", server.book, server)
    finally:
        server.ending.set()
        server.shutdown()
        thread.join()
        server.server_close()


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Serve until standard input ends, which is when the one who started us has gone.

    Exit code 2 if the environment does not say where the address goes.
    """
    argparse.ArgumentParser(
        "scripts/payment-provider",
        description="Serves in place of the payment provider until its standard input ends.",
        epilog=f"The environment variable {OUT} names the file that gets its address. A rehearsal and `scripts/slipway "
        "up` start it as pyproject.toml says, in [tool.slipway.rehearsal.stand_ins].",
    ).parse_args(arguments)
    if not environ.get(OUT):
        sys.stderr.write(f"payment-provider: set {OUT} to the file that gets the address\n")
        return 2
    with payment_provider() as provider:
        write(Path(environ[OUT]), provider.url)
        sys.stdin.buffer.read()
    return 0


def write(path: Path, url: str) -> None:
    """Write the address by a rename, so that nobody reads half of it."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(url, encoding="utf-8")
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
