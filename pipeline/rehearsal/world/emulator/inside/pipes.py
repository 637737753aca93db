"""Pipes from a table's stream to an event bus: filter, input template, dead letters. ministack only polls the stream.

It polls once a second, so that an event waits for half of one. Here a new record wakes the poller, and what comes soon
after it goes together: pipes read a stream at most a few times a second on AWS, too.

Source: EventBridge User Guide, "Amazon EventBridge Pipes filtering", "… input transformation", "… batching and
concurrency" and "… error handling". The bus refuses an event whose detail is no JSON object; what it refuses is not
tried again here, as it would be refused again: it goes to the dead letters at once.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from pipeline.rehearsal.world.emulator.inside.input_template import rendered, select
from pipeline.rehearsal.world.emulator.inside.seams import Seam

MODULE = "ministack.services.pipes"
DELIVER = Seam(MODULE, "_deliver_batch", ("pipe", "batch"))
POLL_LOOP = Seam(MODULE, "_poll_loop", ())
POLL_ONCE = Seam(MODULE, "_poll_once", ())
RECORDED = Seam("ministack.services.dynamodb", "esm_wake")
"""What is set when a stream has a new record: ministack's mappings from streams to functions wait for it."""
MATCHES = Seam("ministack.services.lambda_svc", "_match_esm_filter", ("record", "pattern"))
BUSES = Seam("ministack.services.eventbridge", "_event_buses")
PUT_EVENTS = Seam("ministack.services.eventbridge", "_put_events", ("data", "allow_aws_source"))
SEND = Seam("ministack.services.sqs", "_act_send_message", ("data", "qurl"))
QUEUE_URL = Seam("ministack.services.sqs", "_queue_url", ("name",))
SEAMS = (DELIVER, POLL_LOOP, POLL_ONCE, RECORDED, MATCHES, BUSES, PUT_EVENTS, SEND, QUEUE_URL)

TOGETHER_SECONDS = 0.05
AT_LEAST_EVERY_SECONDS = 1.0

type Pipe = Mapping[str, Any]
type Record = Mapping[str, Any]

log = logging.getLogger("slipway.pipes")


def install() -> None:
    """Filter for every target, deliver to buses ourselves, and poll when there is something new."""
    DELIVER.wrap(_delivering)
    woken = threading.Event()
    RECORDED.wrap(lambda mappings: Woken((mappings, woken)))
    POLL_LOOP.put(lambda: _poll_when(woken))


@dataclass(frozen=True)
class Woken:
    """Those who wait for new records, where ministack knows but of the first."""

    waiting: tuple[threading.Event, ...]

    def set(self) -> None:
        """Wake them."""
        for each in self.waiting:
            each.set()


def _poll_when(woken: threading.Event) -> NoReturn:
    while True:
        woken.clear()
        try:
            POLL_ONCE.get()()
        except Exception:
            log.exception("polling the pipes failed")
        time.sleep(TOGETHER_SECONDS)
        woken.wait(AT_LEAST_EVERY_SECONDS)


def _delivering(original: Callable[[Pipe, list[Record]], bool]) -> Callable[[Pipe, list[Record]], bool]:
    def deliver(pipe: Pipe, batch: list[Record]) -> bool:
        chosen = [record for record in batch if chosen_by(pipe, record)]
        if ":event-bus/" not in pipe["Target"]:
            return original(pipe, chosen) if chosen else True
        for record in chosen:
            if (refusal := _put(pipe, record)) is not None:
                _bury(pipe, record, refusal)
        return True

    return deliver


def chosen_by(pipe: Pipe, record: Record) -> bool:
    """Whether one of the pipe's patterns takes the record; without patterns all are taken."""
    filters: Iterable[Mapping[str, str]] = _source(pipe).get("FilterCriteria", {}).get("Filters", ())
    patterns = [json.loads(each["Pattern"]) for each in filters]
    return not patterns or any(MATCHES.get()(record, pattern) for pattern in patterns)


def entry(pipe: Pipe, record: Record) -> dict[str, str]:
    """The event that a pipe makes of a record. Without parameters the source is `Pipe {name}` and the detail is all."""
    target: Mapping[str, Any] = pipe.get("TargetParameters") or {}
    bus: Mapping[str, Any] = target.get("EventBridgeEventBusParameters", {})
    template = target.get("InputTemplate")
    return {
        "EventBusName": str(pipe["Target"]).rpartition("/")[2],
        "Source": _parameter(bus.get("Source", f"Pipe {pipe['Name']}"), record),
        "DetailType": _parameter(bus.get("DetailType", "Event from aws:dynamodb"), record),
        "Detail": json.dumps(record) if template is None else rendered(template, record),
    }


def _put(pipe: Pipe, record: Record) -> str | None:
    """Put the event on the bus; the reason if it was refused."""
    made = entry(pipe, record)
    if made["EventBusName"] not in BUSES.get():
        return f"the bus {made['EventBusName']} does not exist"
    if not _is_object(made["Detail"]):
        return "MalformedDetail"
    _, _, body = PUT_EVENTS.get()({"Entries": [made]}, False)
    (result,) = json.loads(body)["Entries"]
    code: str | None = result.get("ErrorCode")
    return code


def _bury(pipe: Pipe, record: Record, refusal: str) -> None:
    """Tell the dead letters where the record stands in its stream; it is not in there itself, as on AWS."""
    stream: Mapping[str, Any] = _source(pipe).get("DynamoDBStreamParameters", {})
    queue = (stream.get("DeadLetterConfig") or {}).get("Arn")
    if queue is None:
        log.warning("pipe %s lost a record: %s", pipe["Name"], refusal)
        return
    told = told_of(pipe, [record], time.time())
    url = QUEUE_URL.get()(str(queue).rpartition(":")[2])
    SEND.get()({"QueueUrl": url, "MessageBody": json.dumps(told)}, url)


def told_of(pipe: Pipe, batch: Sequence[Record], now: float) -> dict[str, Any]:
    """What a pipe writes into its dead letters."""
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    return {
        "context": {"partnerResourceArn": pipe["Arn"], "condition": "RetryAttemptsExhausted"},
        "version": "1.0",
        "timestamp": moment,
        "DDBStreamBatchInfo": {
            "startSequenceNumber": numbers[0],
            "endSequenceNumber": numbers[-1],
            "batchSize": len(batch),
            "streamArn": pipe["Source"],
        },
    }


def _source(pipe: Pipe) -> Mapping[str, Any]:
    return pipe.get("SourceParameters") or {}


def _parameter(value: str, record: Record) -> str:
    """A parameter is text, or a path to text."""
    return str(select(value, record)) if value.startswith("$.") else value


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
