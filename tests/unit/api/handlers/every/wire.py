"""All that this process asks of AWS, on its way out: what it was, how often it was sent, and answers in its place."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from api.adapters import aws
from tests.support.dynamodb import forget_environment

type Answer = AWSResponse | None
type Interfere = Callable[["Call"], Answer]
"""What to answer in place of AWS; None lets the request pass. May raise, as a connection does."""

type Instead = Callable[[str, AWSPreparedRequest], AWSResponse]
"""What answers in place of AWS to a request of that name, whatever it is."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an AWS API: `name` is `service.Operation`, as botocore spells it."""

    name: str
    params: Mapping[str, Any]

    @property
    def writes(self) -> bool:
        """Whether it may change what is kept."""
        return not self.name.partition(".")[2].startswith(("Get", "List", "Query", "BatchGet", "Head", "Describe"))


@dataclass
class Wire:
    """What was asked since `clear`: `calls` as the code made them, `sent` each time that one went out."""

    calls: list[Call] = field(default_factory=list)
    sent: list[Call] = field(default_factory=list)
    before: Callable[[Call], None] | None = None
    """Called before a call is made."""
    interfere: Interfere | None = None
    instead: Instead | None = None

    def clear(self) -> None:
        self.calls.clear()
        self.sent.clear()

    def names(self) -> list[str]:
        """What was asked, in its order."""
        return [call.name for call in self.calls]

    def note(self, params: dict[str, Any], event_name: str, **_: Any) -> None:
        """Take down a call that is about to be made."""
        call = Call(_name(event_name), params)
        self.calls.append(call)
        if self.before is not None:
            self.before(call)

    def pass_on(self, event_name: str, request: AWSPreparedRequest, **_: Any) -> Answer:
        """Take down what is about to be sent, and answer it if it is not to reach AWS."""
        name = _name(event_name)
        asked = next((call for call in reversed(self.calls) if call.name == name), Call(name, {}))
        self.sent.append(asked)
        answer = self.interfere(asked) if self.interfere is not None else None
        if answer is None and self.instead is not None and name not in _ABSENT:
            return self.instead(name, request)
        if answer is None and name in _ABSENT:
            return answered(200, _ABSENT[name])
        return answer


_ABSENT: Final[Mapping[str, Any]] = {
    "sqs.StartMessageMoveTask": {"TaskHandle": "a-task"},
    "api-gateway.GetUsage": {"items": {"k1": [[40, 9_960]]}},
}
"""What the local AWS does not do, as AWS would answer it."""


class _Answered(AWSResponse):
    """An answer that has come whole."""

    def __init__(self, content: bytes, *told: Any) -> None:
        super().__init__(*told)
        self._whole = content

    @property
    def content(self) -> bytes:
        return self._whole


def answered(status: int, body: Mapping[str, Any]) -> AWSResponse:
    """An answer of one of AWS's JSON protocols."""
    headers: Any = HTTPHeaders()
    headers["content-type"] = "application/x-amz-json-1.0"
    return _Answered(json.dumps(body).encode(), "https://aws.example", status, headers, None)


def refused(status: int, code: str, **more: Any) -> AWSResponse:
    """An error of one of AWS's JSON protocols."""
    return answered(status, {"__type": f"com.amazonaws#{code}", "message": "told by a test", **more})


@contextmanager
def listening() -> Iterator[Wire]:
    """Listen to all clients that are made meanwhile; there are none from before."""
    forget_environment()
    wire = Wire()
    session: Any = aws.session()
    session.register("provide-client-params.*.*", wire.note)
    session.register("before-send.*.*", wire.pass_on)
    with pytest.MonkeyPatch.context() as patch:
        way = {
            "source": "arn:aws:sqs:eu-west-1:222222222222:dead",
            "destination": "arn:aws:sqs:eu-west-1:222222222222:q",
        }
        patch.setenv("REDRIVES", json.dumps({"fulfilment": way}))
        yield wire
    forget_environment()


def _name(event_name: str) -> str:
    """`before-send.dynamodb.PutItem` without its first part."""
    return event_name.partition(".")[2]
