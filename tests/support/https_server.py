"""A server of a test's own over TLS, by an authority that nobody knows but who is told its file."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pipeline.rehearsal.world.emulator.inside import certificates
from pipeline.rehearsal.world.emulator.trust import authority_of


@dataclass(frozen=True)
class HttpsServer:
    """Where it answers, and the file of whom to trust for it."""

    url: str
    authority: Path


def served_with(folder: Path) -> ssl.SSLContext:
    """What a server is given; the file of whom to trust lies in `folder` by `authority_of`."""
    files = certificates.make(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.certificate, files.key)
    return context


@contextmanager
def https_server(folder: Path) -> Iterator[HttpsServer]:
    """Answer every GET with 200 and nothing; `folder` gets the certificates."""
    context = served_with(folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Well) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield HttpsServer(f"https://127.0.0.1:{server.server_port}", authority_of(folder))
        server.shutdown()


class _Well(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""
