"""What shoppers are answered counts as what it is: by a real run against a server that answers as it is told."""

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import environ
from pathlib import Path

import pytest

from tests.load.run import arguments

pytestmark = pytest.mark.xdist_group("locust")
ORDER = "01JDA7C0R00000000000000000"
KNOWN = {"seed": "7", "category": "load", "skus": ["LOAD-0000"], "people": ["a token", "another"]}
EVERY = {
    "GET /v1/orders",
    "GET /v1/orders/{id}",
    "GET /v1/products",
    "GET /v1/products/{sku}",
    "GET /v1/products/{sku}/availability",
    "POST /v1/orders",
}

type Answers = Callable[[str, str], int]
"""The status for a method and a path."""
type Counts = dict[str, tuple[int, int]]
"""Requests and failures of each operation."""


@contextmanager
def serving(answers: Answers) -> Iterator[str]:
    """A server on a free port; its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = json.dumps({"id": ORDER}).encode()
            self.send_response(answers(self.command, self.path))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def shopped(folder: Path, answers: Answers) -> Counts:
    """Requests and failures of each operation, after six seconds of shopping."""
    known, report = folder / "known.json", folder / "report.json"
    known.write_text(json.dumps(KNOWN))
    with serving(answers) as url:
        command = arguments(url, 6, 16)
        told = {**environ, "LOAD_KNOWN": str(known), "LOAD_REPORT": str(report)}
        subprocess.run(command, env=told, check=True, timeout=120, capture_output=True)
    said = json.loads(report.read_text())
    return {each["name"]: (each["requests"], each["failures"]) for each in said["operations"]}


def gone(method: str, path: str) -> int:
    return 201 if method == "POST" else 404 if path.endswith(ORDER) else 200


def always(status: int) -> Answers:
    return lambda _method, _path: status


STATUSES = (409, 429, 500)
SERVERS: dict[str, Answers] = {
    "well": lambda method, _: 202 if method == "POST" else 200,
    "gone": gone,
    **{str(status): always(status) for status in STATUSES},
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Counts]:
    """What became of shopping at each server; all at once, as shopping is mostly waiting."""
    with ThreadPoolExecutor(len(SERVERS)) as pool:
        shops = {name: pool.submit(shopped, tmp_path_factory.mktemp(name), SERVERS[name]) for name in SERVERS}
    return {name: shop.result() for name, shop in shops.items()}


def test_nothing_fails_where_nothing_fails(found: dict[str, Counts]) -> None:
    assert found["well"].keys() == EVERY
    assert {name: failures for name, (_, failures) in found["well"].items() if failures} == {}


@pytest.mark.parametrize("status", STATUSES)
def test_whatever_is_not_a_success_is_a_failure(found: dict[str, Counts], status: int) -> None:
    counted = found[str(status)]
    assert counted.keys() == EVERY - {"GET /v1/orders/{id}"}  # nobody has an order to look at
    assert {name: counts for name, counts in counted.items() if counts[0] != counts[1]} == {}


def test_an_order_that_was_taken_and_is_gone_is_a_failure(found: dict[str, Counts]) -> None:
    assert {name for name, (_, failures) in found["gone"].items() if failures} == {"GET /v1/orders/{id}"}
    requests, failures = found["gone"]["GET /v1/orders/{id}"]
    assert requests == failures > 0
