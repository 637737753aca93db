"""The dead letters of the queues, in SQS."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import ClientError

from api.domain.errors import QueueMissing, RedriveRunning


class Sqs(Protocol):
    """As much of boto3's SQS client as is used."""

    def start_message_move_task(self, **request: Any) -> Mapping[str, Any]:
        """Begin to move messages."""
        ...


@dataclass(frozen=True, slots=True)
class Way:
    """From where to where dead letters go back, as ARNs."""

    source: str
    destination: str


class SqsDeadLetters:
    """api.domain.ports.DeadLetters on SQS's own move tasks.

    The destination is named, as the bus puts what it could not deliver among the dead letters itself: SQS does not know
    where those came from.
    """

    def __init__(self, client: Sqs, ways: Mapping[str, Way]) -> None:
        self._client = client
        self._ways = ways

    def send_back(self, queue: str, per_second: int) -> str:
        """StartMessageMoveTask. SQS allows one at a time for a source, and refuses another by its message only."""
        way = self._ways.get(queue)
        if way is None:
            raise QueueMissing
        try:
            answer = self._client.start_message_move_task(
                SourceArn=way.source, DestinationArn=way.destination, MaxNumberOfMessagesPerSecond=per_second
            )
        except ClientError as error:
            if "already a task running" in str(error):
                raise RedriveRunning from error
            raise
        return str(answer["TaskHandle"])
