"""SQS's move tasks: dead letters back to a queue. ministack has none.

Source: SQS API Reference, StartMessageMoveTask, ListMessageMoveTasks, CancelMessageMoveTask. A task moves all at once
here, so none can be found running or be cancelled; MaxNumberOfMessagesPerSecond does not slow it.
"""

import json
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.rehearsal.world.emulator.inside.resources.registry import here
from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.emulator.inside.telemetry import Place

MODULE = "ministack.services.sqs"
HANDLERS = Seam(MODULE, "_HANDLERS")
QUEUES = Seam(MODULE, "_queues")
BY_ARN = Seam(MODULE, "_queue_by_arn", ("arn",))
REFUSE = Seam(MODULE, "_Err", ("code", "message", "status"))
LOCK = Seam(MODULE, "_queues_lock")
WAKE = Seam(MODULE, "esm_wake")
SEAMS = (HANDLERS, QUEUES, BY_ARN, REFUSE, LOCK, WAKE)

MOST_LISTED = 10
SOURCE = "DeadLetterQueueSourceArn"

type Queue = dict[str, Any]
type Message = dict[str, Any]


@dataclass
class MessageMoves:
    """The tasks that were done, newest first, by account, region and source."""

    done: dict[tuple[Place, str], list[dict[str, Any]]] = field(default_factory=dict)

    def install(self) -> None:
        """Add the operations."""
        HANDLERS.get().update(
            {
                "StartMessageMoveTask": lambda data, _: self.start(data),
                "ListMessageMoveTasks": lambda data, _: self.list(data),
                "CancelMessageMoveTask": lambda data, _: _refuse_to_cancel(data),
            }
        )

    def start(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Move everything that is not in flight: to the destination, or each message to where it died."""
        arn = str(data.get("SourceArn", ""))
        source = _queue(arn)
        if not any(_dies_into(queue, arn) for queue in _queues_here()):
            raise REFUSE.get()("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.", 400)
        given = data.get("DestinationArn")
        destination = None if given is None else _queue(str(given))
        with LOCK.get():
            moved = _move(source, destination)
        WAKE.get().set()
        handle = str(uuid.uuid4())
        task = {
            "TaskHandle": handle,
            "Status": "COMPLETED",
            "SourceArn": arn,
            **({} if given is None else {"DestinationArn": given}),
            "ApproximateNumberOfMessagesMoved": moved,
            "ApproximateNumberOfMessagesToMove": moved,
            "StartedTimestamp": int(time.time() * 1000),
        }
        self.done.setdefault((here(), arn), []).insert(0, task)
        return {"TaskHandle": handle}

    def list(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The newest tasks of a source; a task that is over has no handle any more."""
        tasks = self.done.get((here(), str(data.get("SourceArn", ""))), [])
        most = min(int(data.get("MaxResults", 1)), MOST_LISTED)
        return {
            "Results": [{name: value for name, value in task.items() if name != "TaskHandle"} for task in tasks[:most]]
        }


def _move(source: Queue, destination: Queue | None) -> int:
    now = time.time()
    moved, kept = [], []
    for message in source["messages"]:
        died_in = message.get("sys", {}).get(SOURCE)
        target = destination if destination is not None else BY_ARN.get()(died_in) if died_in else None
        if target is None or message["visible_at"] > now:
            kept.append(message)
            continue
        target["messages"].append(_new_again(message, now))
        moved.append(message)
    source["messages"] = kept
    return len(moved)


def _new_again(message: Message, now: float) -> Message:
    """A moved message has a new id and enqueue time, and has never been received."""
    told = {name: value for name, value in message.get("sys", {}).items() if name != SOURCE}
    return {
        **message,
        "id": str(uuid.uuid4()),
        "receipt_handle": None,
        "receive_count": 0,
        "first_receive_at": None,
        "sent_at": now,
        "visible_at": now,
        "sys": {**told, "SentTimestamp": str(int(now * 1000))},
    }


def _queue(arn: str) -> Queue:
    found: Queue | None = BY_ARN.get()(arn)
    if found is None:
        raise REFUSE.get()("ResourceNotFoundException", f"The resource that you specified doesn't exist: {arn}", 404)
    return found


def _queues_here() -> Iterable[Queue]:
    queues: Iterable[Queue] = QUEUES.get().values()
    return queues


def _dies_into(queue: Queue, arn: str) -> bool:
    policy = queue["attributes"].get("RedrivePolicy")
    return bool(policy) and json.loads(policy).get("deadLetterTargetArn") == arn


def _refuse_to_cancel(data: Mapping[str, Any]) -> dict[str, Any]:
    raise REFUSE.get()("ResourceNotFoundException", f"No running task {data.get('TaskHandle')}.", 404)
