"""Clients are patient only as long as a gateway is, and made once."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ReadTimeoutError

from api.adapters import aws
from tests.unit.api.handlers.every.wire import Call, Wire, answered, listening


def test_time_outs_and_attempts_fit_behind_a_gateway() -> None:
    patience = aws.PATIENCE
    assert (patience.connect_timeout, patience.read_timeout) == (1, 2)  # type: ignore[attr-defined]
    assert patience.retries == {"mode": "standard", "total_max_attempts": 3}  # type: ignore[attr-defined]


@pytest.mark.emulator
@pytest.mark.usefixtures("stage")
def test_an_environment_has_one_client() -> None:
    assert aws.dynamodb() is aws.dynamodb()


@pytest.mark.emulator
@pytest.mark.usefixtures("stage")
def test_requests_say_what_they_are_from_and_nothing_of_the_machine() -> None:
    said: list[str] = []

    def hear(_: str, request: AWSPreparedRequest) -> Any:
        agent = request.headers["User-Agent"]
        said.append(agent.decode() if isinstance(agent, bytes) else agent)
        return answered(200, {})

    with listening() as wire:
        wire.instead = hear
        aws.dynamodb().get_item(TableName="t", Key={"PK": {"S": "x"}})
    assert [text.split()[0] for text in said] == ["orders"]
    assert not any("lang/" in text or "os/" in text for text in said)


LETTER: Final[Any] = {
    "FromEmailAddress": "shop@example.com",
    "Destination": {},
    "Content": {},
    "ConfigurationSetName": "c",
    "EmailTags": [],
}


@pytest.fixture
def silent() -> Iterator[Wire]:
    """AWS takes what it is told, and its answer never comes."""

    def never(_: Call) -> Any:
        raise ReadTimeoutError(endpoint_url="https://aws.example")

    with listening() as wire:
        wire.interfere = never
        yield wire


@pytest.mark.emulator
@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize(
    ("times", "ask"),
    [
        (3, lambda: aws.dynamodb().get_item(TableName="t", Key={"PK": {"S": "x"}})),
        (1, lambda: aws.ses().send_email(**LETTER)),
    ],
    ids=["what changes nothing", "a letter"],
)
def test_what_would_be_done_twice_is_asked_for_once(silent: Wire, times: int, ask: Any) -> None:
    with pytest.raises(ReadTimeoutError):
        ask()
    assert len(silent.sent) == times
