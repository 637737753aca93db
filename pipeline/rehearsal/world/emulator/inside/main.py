"""The emulator's process: read the settings, hold a port, load ministack and our extension, serve until the owner goes.

Run as `python -m pipeline.rehearsal.world.emulator.inside.main` by the world's interpreter, with one line of settings
on standard input, which stays open for as long as the owner wants the emulator.
"""

import contextlib
import gc
import json
import logging
import os
import signal
import socket
import ssl
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from pipeline.rehearsal.world.emulator.settings import Settings

if TYPE_CHECKING:  # ministack reads its environment at import, which is not ready yet
    from pipeline.rehearsal.world.emulator.inside.extension import Extension

CLOSE_PATIENCE_S = 2.0
BACKLOG = 1024
BROKE = 3
GARBAGE_AFTER = 20_000
"""New objects that are worth a look for garbage; Python's own 2,000 are made by a few requests."""


def main() -> None:
    """Serve until the lifeline ends or SIGTERM comes."""
    settings = Settings.from_line(sys.stdin.buffer.readline())
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    logging.getLogger("slipway").setLevel(logging.INFO)
    door = hold_port()
    port = door.getsockname()[1]
    os.environ["GATEWAY_PORT"] = str(port)  # ministack puts it into the URLs that it makes, and reads it at import
    from pipeline.rehearsal.world.emulator.inside.extension import Extension
    from pipeline.rehearsal.world.emulator.inside.seams import SeamMissing
    from pipeline.rehearsal.world.lambda_runtime import LambdaRuntimeError

    try:
        extension = Extension.load(settings, port)
    except (SeamMissing, LambdaRuntimeError) as problem:
        sys.exit(f"slipway: {problem}")
    end_with_owner(extension)
    tls = tls_of(Path(settings.folder)) if settings.strict else None
    look_for_garbage_rarely()
    serve(extension, door, settings.ready, port, tls)


def look_for_garbage_rarely() -> None:
    """What is loaded by now stays: looking through it for garbage again and again would be a tenth of all work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)


def hold_port() -> socket.socket:
    """A listening socket on a free port of this machine alone.

    Made with the protocol named: asyncio sets TCP_NODELAY only then, and without it every kept-alive connection waits
    some 40 ms for a delayed acknowledgement. Accepted sockets inherit it.
    """
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    door.bind(("127.0.0.1", 0))
    door.listen(BACKLOG)
    return door


def tls_of(folder: Path) -> ssl.SSLContext:
    """What TLS is served with, by a certificate that is made now."""
    from pipeline.rehearsal.world.emulator.inside import certificates

    files = certificates.make(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(files.certificate, files.key)
    return context


def serve(extension: "Extension", door: socket.socket, ready: int, port: int, tls: ssl.SSLContext | None) -> None:
    """Announce the port to the owner, then answer requests until the process ends: over TLS alone if there is one.

    No proxy stands before us, so no header may say how a request has come.
    """
    import uvicorn
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    class Protocol(HttpToolsProtocol):  # type: ignore[misc]  # uvicorn is in the world's environment alone
        """Lets odd characters of headers through, so that what serves the request says what it makes of them."""

        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self.parser.set_dangerous_leniencies(lenient_headers=True)

    config = uvicorn.Config(
        extension.door,
        loop="uvloop",
        http=Protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        backlog=BACKLOG,
        ssl_context_factory=None if tls is None else lambda *_: tls,
    )
    with os.fdopen(ready, "w") as owner:
        owner.write(json.dumps({"port": port}) + "\n")
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # the signals are ours, below
    server.run(sockets=[door])


def end_with_owner(extension: "Extension") -> None:
    """End when standard input does, and on SIGTERM: the same clean way for both."""

    def end() -> NoReturn:
        closing = threading.Thread(target=extension.close, daemon=True)
        closing.start()
        closing.join(CLOSE_PATIENCE_S)
        os._exit(0)

    def wait() -> NoReturn:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        end()

    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=end).start())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=wait, name="slipway-lifeline", daemon=True).start()


if __name__ == "__main__":
    main()
