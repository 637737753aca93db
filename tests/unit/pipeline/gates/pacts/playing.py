"""A broker for tests: a real server on 127.0.0.1 that answers as it is told, and keeps what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pipeline.gates.pacts.broker import Broker

ROW = {
    "consumer": {"name": "shop", "version": {"number": "1.4.0"}},
    "provider": {"name": "orders", "version": {"number": "6f5db5b"}},
    "verificationResult": {"success": True},
}
KEPT = {"summary": {"deployable": True, "reason": "All required verification results are there."}, "matrix": [ROW]}


@dataclass
class Playing:
    """A broker for tests: what it answers by path, and what it was asked."""

    url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    asked: list[tuple[str, str, list[tuple[str, str]], str | None]] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)

    def broker(self, **environ: str) -> Broker:
        """The broker as the environment names it."""
        found = Broker.of({"PACT_BROKER_BASE_URL": f"{self.url}/", **environ})
        assert found is not None
        return found


@contextmanager
def playing(**answers: Any) -> Iterator[Playing]:
    played = Playing(answers=answers)

    class Handler(BaseHTTPRequestHandler):
        def do_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            address = urlsplit(self.path)
            played.asked.append(
                (self.command, address.path, parse_qsl(address.query), self.headers.get("Authorization"))
            )
            if body:
                played.told.append(json.loads(body))
            answer = played.answers.get(address.path.split("/")[1], {})
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(played.status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_any  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    played.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield played
    finally:
        server.shutdown()
        server.server_close()
