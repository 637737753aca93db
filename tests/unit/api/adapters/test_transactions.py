"""What a refused transaction means: an answer, a conflict that passes, or a mistake."""

import random
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from api.adapters.transactions import ATTEMPTS, Refused, full_jitter, transact
from api.domain.errors import Busy

PUT: Any = [{"Put": {"TableName": "orders", "Item": {"PK": {"S": "a"}}}}]


@pytest.fixture
def dynamodb() -> Iterator[tuple[Any, Stubber]]:
    client = boto3.client("dynamodb", region_name="eu-west-1", aws_access_key_id="1", aws_secret_access_key="1")
    with Stubber(client) as stubber:
        yield client, stubber


def cancel(stubber: Stubber, *codes: str, item: Any = None) -> None:
    reasons: list[dict[str, Any]] = [{"Code": code} for code in codes]
    if item is not None:
        reasons[0]["Item"] = item
    stubber.add_client_error(
        "transact_write_items", "TransactionCanceledException", modeled_fields={"CancellationReasons": reasons}
    )


def never(_attempt: int) -> None:
    raise AssertionError("nothing to wait for")


def test_failed_conditions_are_an_answer(dynamodb: tuple[Any, Stubber]) -> None:
    client, stubber = dynamodb
    cancel(stubber, "ConditionalCheckFailed", "None", "ConditionalCheckFailed", item={"a": {"S": "b"}})
    with pytest.raises(Refused) as refused:
        transact(client, PUT, never)
    assert refused.value.failed == {0: {"a": {"S": "b"}}, 2: {}}


def test_a_conflict_is_tried_again(dynamodb: tuple[Any, Stubber]) -> None:
    client, stubber = dynamodb
    cancel(stubber, "None", "TransactionConflict")
    stubber.add_client_error("transact_write_items", "TransactionInProgressException")
    stubber.add_response("transact_write_items", {})
    waited: list[int] = []
    transact(client, PUT, waited.append)
    assert waited == [2, 3]
    stubber.assert_no_pending_responses()


def test_a_conflict_that_stays_is_busy(dynamodb: tuple[Any, Stubber]) -> None:
    client, stubber = dynamodb
    for _ in range(ATTEMPTS):
        cancel(stubber, "TransactionConflict", "ThrottlingError")
    with pytest.raises(Busy):
        transact(client, PUT, lambda _attempt: None)
    stubber.assert_no_pending_responses()


def test_a_conflict_that_stays_is_told_within_a_third_of_a_second(
    dynamodb: tuple[Any, Stubber], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By who waits as long as it may each time: no gateway waits for a function for ever, nor does a customer."""
    client, stubber = dynamodb
    slept: list[float] = []
    monkeypatch.setattr(random, "uniform", lambda _least, most: most)
    monkeypatch.setattr(time, "sleep", slept.append)
    for _ in range(4):
        cancel(stubber, "TransactionConflict")
    with pytest.raises(Busy):
        transact(client, PUT, full_jitter)
    assert sum(slept) < 1 / 3


@pytest.mark.parametrize("codes", [("ValidationError",), ("TransactionConflict", "ItemCollectionSizeLimitExceeded")])
def test_a_transaction_that_can_never_work_is_our_mistake(
    dynamodb: tuple[Any, Stubber], codes: tuple[str, ...]
) -> None:
    client, stubber = dynamodb
    cancel(stubber, *codes)
    with pytest.raises(ClientError):
        transact(client, PUT, never)


def test_waiting_is_random_and_short(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    for attempt in (2, 3, 4) * 50:
        full_jitter(attempt)
    assert all(0 <= seconds <= limit for seconds, limit in zip(slept, (0.04, 0.08, 0.16) * 50, strict=True))
    assert len(set(slept)) > 100
