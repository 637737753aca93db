"""The Runtime API of one environment on a port of its own, without a thread: its owner says what is readable."""

import select
import socket
from http import HTTPStatus

from pipeline.rehearsal.world.lambda_runtime.outcome import End, Outcome
from pipeline.rehearsal.world.lambda_runtime.runtime_api import (
    ACCEPTED,
    Answer,
    ApiRequest,
    InitError,
    MalformedRequestError,
    Next,
    RequestReader,
    refusal,
)

_READ = 256 * 1024
_SEND_WITHIN_S = 5.0


class _Connection:
    def __init__(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(_SEND_WITHIN_S)
        self.sock = sock
        self.reader = RequestReader()


class RuntimeApiServer:
    """Knows whether the runtime asks for an event, and what it answered to the last one.

    `outcome` is the answer, or an init error; None until there is one.
    """

    def __init__(self, poll: select.poll) -> None:
        self._poll = poll
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: dict[int, _Connection] = {}
        self._asking: _Connection | None = None
        self._request_id: str | None = None
        self.outcome: Outcome | None = None
        poll.register(self._listener.fileno(), select.POLLIN)

    @property
    def address(self) -> str:
        """What AWS_LAMBDA_RUNTIME_API is to be."""
        host, port = self._listener.getsockname()
        return f"{host}:{port}"

    @property
    def asked(self) -> bool:
        """Whether the runtime waits for an event."""
        return self._asking is not None

    def give(self, request_id: str, event: bytes) -> None:
        """Send the event that the runtime has asked for; from now on only an answer to it counts."""
        asking, self._asking = self._asking, None
        self._request_id, self.outcome = request_id, None
        if asking is not None:
            self._send(asking, event)

    def close(self) -> None:
        """Free the port and hang up."""
        self._listener.close()
        for connection in self._connections.values():
            connection.sock.close()

    def serve(self, descriptor: int) -> bool:
        """Deal with a readable descriptor; False when it is none of the server's."""
        if descriptor == self._listener.fileno():
            self._accept()
            return True
        connection = self._connections.get(descriptor)
        if connection is not None:
            self._read(connection)
        return connection is not None

    def _accept(self) -> None:
        connection = _Connection(self._listener.accept()[0])
        self._connections[connection.sock.fileno()] = connection
        self._poll.register(connection.sock.fileno(), select.POLLIN)

    def _read(self, connection: _Connection) -> None:
        try:
            data = connection.sock.recv(_READ)
            requests = connection.reader.feed(data) if data else None
        except (OSError, MalformedRequestError):
            requests = None
        if requests is None:
            self._drop(connection)
            return
        for request in requests:
            self._handle(connection, request)

    def _drop(self, connection: _Connection) -> None:
        descriptor = connection.sock.fileno()
        if self._connections.pop(descriptor, None) is None:
            return
        self._poll.unregister(descriptor)
        connection.sock.close()
        if self._asking is connection:
            self._asking = None

    def _handle(self, connection: _Connection, request: ApiRequest) -> None:
        match request.route:
            case Next():
                self._asking = connection
            case InitError():
                self._send(connection, ACCEPTED)
                self.outcome = Outcome(End.RAISED, request.body)
            case Answer(request_id, failed) if request_id == self._request_id:
                self._send(connection, self._take_answer(request, failed))
            case Answer():
                self._send(connection, refusal(HTTPStatus.BAD_REQUEST, "InvalidRequestID", "Invalid request ID"))
            case _:
                self._send(connection, refusal(HTTPStatus.NOT_FOUND, "NotFound", "No such Runtime API resource"))

    def _take_answer(self, request: ApiRequest, failed: bool) -> bytes:
        self._request_id = None
        if request.oversized:
            self.outcome = Outcome(End.TOO_LARGE)
            return refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "RequestEntityTooLarge", "Exceeded maximum size")
        self.outcome = Outcome(End.RAISED if failed else End.RETURNED, request.body)
        return ACCEPTED

    def _send(self, connection: _Connection, data: bytes) -> None:
        """Send to the child; one that is gone or does not read is found out by whoever waits for it."""
        try:
            connection.sock.sendall(data)
        except OSError:
            self._drop(connection)
