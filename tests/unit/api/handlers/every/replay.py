"""What AWS has answered once is answered again, about somebody else each time; nobody is asked.

So a function can be invoked many times in the time of a few, and whatever it keeps of that it keeps of its own accord:
of a customer, an order, a key and a message that it has never seen.
"""

import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from uuid import uuid4

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session
from urllib3 import HTTPResponse

from api.adapters.sources import new_id
from tests.support.events import context
from tests.unit.api.handlers.every.wire import Wire

ULID: Final = re.compile(r"01[0-9A-HJKMNP-TV-Z]{24}", re.IGNORECASE)
UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SUMS: Final = ("x-amz-crc32", "x-amz-checksum-")
"""Headers that hold an answer to its bytes: those of another answer, once names are exchanged in it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of AWS to one request of that name, as bytes."""

    name: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def response(self, names: Mapping[bytes, bytes]) -> AWSResponse:
        """The same as botocore gets it, with other names."""
        body = exchanged(self.body, names)
        raw: Any = HTTPResponse(io.BytesIO(body), preload_content=False)
        headers: Any = self.headers
        return AWSResponse("https://aws.example", self.status, headers, raw)


@dataclass(slots=True)
class Tape:
    """The answers to what one invocation asked for, in their order."""

    answers: list[Answered] = field(default_factory=list)

    def take_down(self, name: str, request: AWSPreparedRequest) -> AWSResponse:
        """Ask AWS, and keep what it says."""
        told = _http().send(request)
        headers = {name: value for name, value in told.headers.items() if not name.lower().startswith(SUMS)}
        answer = Answered(name, told.status_code, headers, told.content)
        self.answers.append(answer)
        return answer.response({})

    def player(self, names: Mapping[str, str]) -> Callable[[str, AWSPreparedRequest], AWSResponse]:
        """Gives the answers once more, with other names. Raises AssertionError if anything else is asked for."""
        others = {before.encode(): after.encode() for before, after in names.items()}
        left = iter(self.answers)

        def tell(name: str, _: AWSPreparedRequest) -> AWSResponse:
            answer = next(left, None)
            assert answer is not None, f"{name} was not asked for the first time"
            assert answer.name == name, f"{name} is asked for, the first time it was {answer.name}"
            return answer.response(others)

        return tell


@dataclass(frozen=True, slots=True)
class Invocation:
    """An event that a function takes. `kept` are names in it that are sealed, signed or limited in number, and stay.

    `ready` makes of an event with other names one that is believed.
    """

    handler: Callable[[Any, Any], Any]
    event: Mapping[str, Any]
    kept: frozenset[str] = frozenset()
    ready: Callable[[dict[str, Any]], Mapping[str, Any]] = dict


class Again:
    """An invocation that was made once in earnest and can be made again by calling this, about somebody else."""

    def __init__(self, invocation: Invocation, wire: Wire) -> None:
        self._invocation = invocation
        self._wire = wire
        self._written = json.dumps(invocation.event)
        self._names = sorted({*ULID.findall(self._written), *UUID.findall(self._written)} - invocation.kept)
        self._tape = Tape()
        wire.instead = self._tape.take_down
        self._invoke({})

    def __call__(self) -> None:
        names = {name.upper(): new_id() for name in self._names}
        others = {name: _like(name, names[name.upper()]) for name in self._names}
        self._wire.instead = self._tape.player(others)
        self._invoke(others)

    def _invoke(self, names: Mapping[str, str]) -> None:
        written = self._written
        for before, after in names.items():
            written = written.replace(before, after)
        answer = self._invocation.handler(self._invocation.ready(json.loads(written)), context())
        assert succeeded(answer), answer
        self._wire.clear()


def succeeded(answer: Any) -> bool:
    """Whether a function has done what it was asked for; None is what those return that tell nobody anything."""
    return answer is None or (answer.get("statusCode", 200) < 400 and not answer.get("batchItemFailures"))


def exchanged(body: bytes, names: Mapping[bytes, bytes]) -> bytes:
    """The body with other names in it."""
    for before, after in names.items():
        body = body.replace(before, after)
    return body


def _like(name: str, other: str) -> str:
    """A name of the same form: a UUID, or a ULID in capitals or not."""
    if "-" in name:
        return str(uuid4())
    return other if name.isupper() else other.lower()


@cache
def _http() -> URLLib3Session:
    return URLLib3Session()
