"""A request of which something fails on the way is never told as done, and what fails is not asked for without end.

Every operation is asked once for each request that it sends to AWS, with that one failing for as long as it takes, and
once with all of them failing. Retries multiply where several layers have them: the SDK, a transaction that is made
again, a loop around both (AWS, "Summary of the DynamoDB service disruption", October 2025).
"""

import random
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError

from api.adapters import aws
from tests.support.dynamodb import TABLE
from tests.support.http_api import Reply
from tests.unit.api.handlers.every.good import OPERATIONS, good, succeeds
from tests.unit.api.handlers.every.test_calls import MOST
from tests.unit.api.handlers.every.wire import Call, Wire, refused

pytestmark = pytest.mark.emulator

MOST_SENT: Final = 12
"""Requests to AWS for one to us while all of them fail: the SDK's three attempts by the four of a transaction."""
MOST_SLEPT: Final = 5.0
GATEWAY_SECONDS: Final = 29.0
"""After which API Gateway has given up (its quotas, "Integration timeout")."""
BY_DESIGN: Final[Mapping[str, frozenset[str]]] = {
    # A breaker without its store lets calls pass; whoever could not leave work for later is swept up after.
    "placeOrder": frozenset({"dynamodb.GetItem", "sqs.SendMessage"}),
    "payOrder": frozenset({"dynamodb.GetItem", "sqs.SendMessage"}),
    "cancelOrder": frozenset({"sqs.SendMessage"}),
    # The gateway's count of usage is told where there is one.
    "getPartnerUsage": frozenset({"api-gateway.GetUsage"}),
}
"""What may fail while the operation succeeds all the same."""

type Fault = Callable[[Call], AWSResponse]


def broken(_: Call) -> AWSResponse:
    return refused(500, "InternalServerError")


def throttled(_: Call) -> AWSResponse:
    return refused(400, "ThrottlingException")


def contended(call: Call) -> AWSResponse:
    """For transactions their own way of saying that others are at it."""
    if not call.name.endswith("TransactWriteItems"):
        return refused(400, "ThrottlingException")
    reasons = [{"Code": "TransactionConflict"} for _ in call.params["TransactItems"]]
    return refused(400, "TransactionCanceledException", CancellationReasons=reasons)


def away(_: Call) -> AWSResponse:
    raise ConnectTimeoutError(endpoint_url="https://aws.example")


FAULTS: Final[Mapping[str, Fault]] = {
    "broken": broken,
    "throttled": throttled,
    "contended": contended,
    "away": away,
}
ASKING: Final = [name for name, most in MOST.items() if most]
"""Operations that ask AWS for something; of a new one that does not, nothing can fail."""


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long somebody wanted to sleep, each time; nobody does."""
    seconds: list[float] = []
    monkeypatch.setattr(time, "sleep", seconds.append)
    return seconds


def told_honestly(operation: str, reply: Reply) -> None:
    """A problem that asks to come again, or says that we could not."""
    assert reply.status in (409, 500, 503), f"{operation} has answered {reply}"
    assert reply.problem in ("busy", "internal-error", "unavailable")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_could_not_be_done_is_not_told_as_done(wire: Wire, operation: str) -> None:
    good(operation).send()
    request = good(operation)
    wire.clear()
    assert succeeds(operation, request.send())
    for failing in dict.fromkeys(call.name for call in wire.sent):
        request = good(operation)
        wire.interfere = lambda call, failing=failing: broken(call) if call.name == failing else None
        reply = request.send()
        wire.interfere = None
        if failing not in BY_DESIGN.get(operation, ()):
            told_honestly(operation, reply)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_where_all_fails_little_is_asked_and_soon_told(wire: Wire, slept: list[float], operation: str) -> None:
    request = good(operation)
    for name, fault in FAULTS.items():
        slept.clear()
        wire.clear()
        wire.interfere = fault
        reply = request.send()
        wire.interfere = None
        if not wire.sent and operation not in ASKING:
            return
        told_honestly(operation, reply)
        assert 0 < len(wire.sent) <= MOST_SENT, (name, [call.name for call in wire.sent])
        assert sum(slept) <= MOST_SLEPT, name
        assert len(wire.sent) * longest_attempt() + sum(slept) <= GATEWAY_SECONDS or name != "away"


def longest_attempt() -> float:
    """Seconds that the most patient client of a request waits to be connected: what is away costs no more."""
    patience: Any = aws.PATIENCE
    return float(patience.connect_timeout)


def test_nobody_comes_again_at_the_same_moment_as_others(wire: Wire, slept: list[float]) -> None:
    """Waiting times are random: of what fails for all at once, all would come again at once."""
    waited: list[tuple[float, ...]] = []
    for fault in (throttled, contended):
        for seed in range(3):
            request = good("cancelOrder")
            random.seed(seed)
            slept.clear()
            wire.interfere = lambda call, fault=fault: fault(call) if call.writes else None
            request.send()
            wire.interfere = None
            assert slept, "nobody waits before coming again"
            waited.append(tuple(slept))
    assert len({seconds for each in waited for seconds in each}) == sum(map(len, waited))


@pytest.mark.parametrize("client", ["dynamodb", "sqs", "sns", "s3", "ses", "kms", "cognito", "sts", "secretsmanager"])
def test_every_client_gives_up_in_time(wire: Wire, client: str) -> None:
    assert wire
    config = getattr(aws, client)().meta.config
    attempts = config.retries["total_max_attempts"]
    assert config.retries["mode"] in ("standard", "adaptive")
    assert attempts * (config.connect_timeout + config.read_timeout) <= GATEWAY_SECONDS / 2


ALONE: Final = frozenset({"dynamodb.PutItem", "dynamodb.UpdateItem", "dynamodb.DeleteItem"})
"""Writes of one item, which DynamoDB refuses by an error of their own while a transaction is about the same item."""
WRITE_ALONE: Final = {"adjustStock", "changeProfile", "replacePreferences"}
"""Operations that write an item of the table by itself, which transactions of others are about, too."""
NEVER_MET: Final = {"importProducts", "setStanding"}
"""Operations that write an item by itself that no transaction is about, or none yet."""


@pytest.mark.parametrize("operation", OPERATIONS)
def test_who_meets_a_transaction_is_asked_to_come_again(wire: Wire, operation: str) -> None:
    """DynamoDB's API reference, TransactionConflictException: nothing is wrong with us then, and nothing was done."""
    request = good(operation)
    wire.clear()
    assert succeeds(operation, request.send())
    alone = {call.name for call in wire.calls if call.name in ALONE and call.params["TableName"] == TABLE}
    assert bool(alone) == (operation in WRITE_ALONE | NEVER_MET)
    if operation in NEVER_MET:
        return
    for meeting in alone:
        request = good(operation)
        wire.interfere = lambda call, meeting=meeting: met(call) if call.name == meeting else None
        reply = request.send()
        wire.interfere = None
        assert (reply.status, reply.problem) == (409, "busy")
        assert int(reply.headers["Retry-After"]) > 0


def met(_: Call) -> AWSResponse:
    return refused(400, "TransactionConflictException")
