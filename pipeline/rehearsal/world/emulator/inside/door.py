"""The one door of the emulator: a request goes to our pages, to an API, to CodeDeploy or to ministack."""

from collections.abc import Mapping
from typing import Protocol

from pipeline.rehearsal.world.emulator.inside.asgi import (
    Answer,
    App,
    BodyTooLarge,
    Disconnected,
    Receive,
    Scope,
    Send,
    answer,
    answer_json,
    read_body,
    request_headers,
    sent_path,
)
from pipeline.rehearsal.world.emulator.inside.control import PREFIX, Control
from pipeline.rehearsal.world.emulator.inside.transport import OVER_TLS

CODEDEPLOY_TARGET = "CodeDeploy_20141006."
MOST_OF_A_CALL = 1024 * 1024


class Api(Protocol):
    """What answers an API's clients."""

    def address(self, host: str, path: str) -> tuple[str, str, str] | None:
        """The API, stage and path that a request means, by its path as sent; None when it means no API of ours."""
        ...

    async def serve(self, address: tuple[str, str, str], scope: Scope, receive: Receive, send: Send) -> None:
        """Answer it."""
        ...


class JsonService(Protocol):
    """A service of the JSON protocol: the operation is the part of the target behind the dot."""

    async def answer(self, operation: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The response to one call."""
        ...


class Door:
    """The ASGI application that the server runs."""

    def __init__(self, ministack: App, control: Control, api: Api, codedeploy: JsonService) -> None:
        self._ministack = ministack
        self._control = control
        self._api = api
        self._codedeploy = codedeploy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass a lifespan or a websocket on."""
        if scope["type"] != "http":
            await self._ministack(scope, receive, send)
            return
        OVER_TLS.set(scope["scheme"] == "https")
        path: str = scope["path"]
        headers = request_headers(scope)
        if path.startswith(PREFIX):
            query = scope["query_string"].decode("latin-1")
            await answer(send, *self._control.answer(scope["method"], path, query, headers))
        elif (address := self._api.address(headers.get("host", ""), sent_path(scope))) is not None:
            await self._api.serve(address, scope, receive, send)
        elif (target := headers.get("x-amz-target", "")).startswith(CODEDEPLOY_TARGET):
            await self._call(target.removeprefix(CODEDEPLOY_TARGET), headers, receive, send)
        else:
            await self._ministack(scope, receive, send)

    async def _call(self, operation: str, headers: Mapping[str, str], receive: Receive, send: Send) -> None:
        try:
            body = await read_body(receive, MOST_OF_A_CALL)
        except Disconnected:
            return
        except BodyTooLarge:
            await answer_json(send, 413, {"__type": "RequestEntityTooLargeException"})
            return
        await answer(send, *await self._codedeploy.answer(operation, body, headers))
