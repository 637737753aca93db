"""The circuit that all functions share, in a small table of its own: key `id`, time to live in `expires_at`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from api.adapters.attributes import number, plain, text, typed
from api.domain.circuit import UNTROUBLED, Circuit, Phase
from api.domain.events import Json
from api.domain.instants import read, written
from api.domain.ports import Clock, KeptCircuit, StoreDown

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_LIFETIME: Final = timedelta(days=1)
"""A circuit that nobody has changed for a day is one without trouble."""


class DynamoCircuits:
    """api.domain.ports.Circuits for the circuit called `name`."""

    def __init__(self, client: "DynamoDBClient", table: str, name: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._name = name
        self._clock = clock

    def read(self) -> KeptCircuit:
        """GetItem, consistent: a circuit that others have just opened must be seen."""
        try:
            answer = self._client.get_item(TableName=self._table, Key=typed({"id": self._name}), ConsistentRead=True)
        except (BotoCoreError, ClientError) as error:
            raise StoreDown from error
        return _kept(plain(answer["Item"])) if "Item" in answer else KeptCircuit(UNTROUBLED, 0)

    def replace(self, before: KeptCircuit, after: Circuit) -> bool:
        """PutItem, on condition that `before` is still there."""
        condition, values = _is_still(before)
        try:
            self._client.put_item(
                TableName=self._table,
                Item=typed(self._item(after, before.version + 1)),
                ConditionExpression=condition,
                **values,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise StoreDown from error
        except BotoCoreError as error:
            raise StoreDown from error
        return True

    def _item(self, circuit: Circuit, version: int) -> dict[str, Json]:
        return {
            "id": self._name,
            "phase": circuit.phase.value,
            "failures": circuit.failures,
            "successes": circuit.successes,
            "since": None if circuit.since is None else written(circuit.since),
            "version": version,
            "expires_at": int((self._clock() + _LIFETIME).timestamp()),
        }


def _is_still(before: KeptCircuit) -> tuple[str, dict[str, Any]]:
    if before.version == 0:
        return "attribute_not_exists(id)", {}
    return "version = :before", {"ExpressionAttributeValues": typed({":before": before.version})}


def _kept(item: Mapping[str, Json]) -> KeptCircuit:
    since: datetime | None = None if item["since"] is None else read(text(item, "since"))
    circuit = Circuit(Phase(text(item, "phase")), number(item, "failures"), number(item, "successes"), since)
    return KeptCircuit(circuit, number(item, "version"))
