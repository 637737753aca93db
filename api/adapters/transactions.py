"""All-or-nothing writes, and what their refusal means.

DynamoDB refuses a transaction with one reason per action (API reference, TransactionCanceledException):
`ConditionalCheckFailed` is an answer; `TransactionConflict` means that another transaction holds an item, which
botocore does not retry, so we do: a few times, with jitter.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

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
    """Conditions failed; `indexes` are the places of their actions in the transaction."""

    def __init__(self, indexes: Sequence[int]) -> None:
        super().__init__(f"conditions of the actions {list(indexes)} failed")
        self.indexes = tuple(indexes)


def full_jitter(attempt: int) -> None:
    """Sleep for a random time whose limit doubles: 40 ms before the second attempt, 80 ms before the third."""
    time.sleep(random.uniform(0, _BASE_SECONDS * 2 ** (attempt - 1)))  # noqa: S311 - spreads load, guards nothing


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
    reasons = [str(reason.get("Code", "None")) for reason in error.response.get("CancellationReasons", [])]
    failed = [index for index, code in enumerate(reasons) if code == "ConditionalCheckFailed"]
    if failed:
        raise Refused(failed) from error
    if not reasons or not _PASSING.issuperset(reasons):
        raise error
