"""All-or-nothing writes, and what their refusal means.

DynamoDB refuses a transaction with one reason per action (API reference, TransactionCanceledException):
`ConditionalCheckFailed` is an answer; `TransactionConflict` means that another transaction holds an item, which
botocore does not retry, so we do: a few times, with jitter.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from api.adapters import keys
from api.adapters.attributes import typed
from api.domain.errors import Busy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

type Pause = Callable[[int], None]
"""Wait before attempt n (2, 3, ...)."""

ATTEMPTS: Final = 4
_BASE_SECONDS: Final = 0.02
_PASSING: Final = {"None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


class Refused(Exception):
    """Conditions failed: of which actions, by their places, with the item that stood there if it was asked for."""

    def __init__(self, failed: Mapping[int, Mapping[str, Any]]) -> None:
        super().__init__(f"conditions of the actions {sorted(failed)} failed")
        self.failed = dict(failed)


def full_jitter(attempt: int) -> None:
    """Sleep for a random time whose limit doubles: 40 ms before the second attempt, 80 ms before the third."""
    time.sleep(random.uniform(0, _BASE_SECONDS * 2 ** (attempt - 1)))  # noqa: S311 - spreads load, guards nothing


def open_account(table: str, customer: str) -> Any:
    """ConditionCheck: the customer has not been erased. An access token may outlive its owner by an hour."""
    return {
        "ConditionCheck": {
            "TableName": table,
            "Key": typed(keys.profile(customer)),
            "ConditionExpression": "attribute_not_exists(erased_at)",
        }
    }


def transact(client: "DynamoDBClient", actions: "Sequence[TransactWriteItemTypeDef]", pause: Pause) -> None:
    """Write all of the actions or none. Raises Refused, or Busy if others hold the items all the time."""
    for attempt in range(1, ATTEMPTS + 1):
        if attempt > 1:
            pause(attempt)
        try:
            client.transact_write_items(TransactItems=actions)
        except client.exceptions.TransactionCanceledException as error:
            _raise_unless_passing(error)
        except client.exceptions.TransactionInProgressException:
            continue
        else:
            return
    raise Busy


def _raise_unless_passing(error: ClientError) -> None:
    reasons: Sequence[Mapping[str, Any]] = error.response.get("CancellationReasons", [])
    codes = [reason.get("Code", "None") for reason in reasons]
    failed = {at: reasons[at].get("Item", {}) for at, code in enumerate(codes) if code == "ConditionalCheckFailed"}
    if failed:
        raise Refused(failed) from error
    if not codes or not _PASSING.issuperset(codes):
        raise error
