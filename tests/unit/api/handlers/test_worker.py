"""What every worker does around its messages: reading, correlation, logs that give nothing away, partial failures."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.domain.errors import EventUnreadable
from api.domain.events import Event, order_placed
from api.handlers.worker import Message, Worker, read
from tests.support.events import context
from tests.support.logged import Logged
from tests.support.messages import changed, envelope, record
from tests.support.tokens import MARKER
from tests.unit.api.domain.examples import CAUSE, EVENT_ID, order

PLACED = order_placed(order(), EVENT_ID, CAUSE)
OTHER = "01JDA7C0R0ABCDEFGHJKMNPQRS"


def handle(worker: Worker[None], *records: dict[str, Any]) -> list[str]:
    answer = worker({"Records": list(records)}, context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def lines(logged: Logged) -> list[dict[str, Any]]:
    return [json.loads(line) for line in logged.getvalue().splitlines() if line.startswith("{")]


def test_a_message_is_the_event_and_how_often_it_came() -> None:
    assert read(record(envelope(PLACED), attempt=3)) == Message(PLACED, 3, record("")["receiptHandle"])


def test_each_message_is_logged_in_its_own_chain(logged: Logged) -> None:
    worker = Worker[None]({"OrderPlaced": lambda message, _: message.attempt == 1}, lambda: None)
    other = changed(PLACED, "metadata", correlation_id=OTHER)
    assert handle(worker, record(envelope(PLACED)), record(envelope(other), attempt=2)) == []
    told = [(line["message"], line["correlation_id"], line["attempt"], line["again"]) for line in lines(logged)]
    assert told == [("handled", CAUSE.correlation_id, 1, False), ("handled", OTHER, 2, True)]


def test_what_fails_is_logged_without_what_it_holds(logged: Logged) -> None:
    def fail(_message: Message, _services: None) -> bool:
        raise RuntimeError(f"{MARKER} of ann@example.com")

    worker = Worker[None]({"OrderPlaced": fail}, lambda: None)
    broken = record(f"{MARKER}, no JSON", message_id="broken")
    assert handle(worker, record(envelope(PLACED), message_id="failed"), broken) == ["failed", "broken"]
    first, second = lines(logged)
    assert (first["message"], first["error"], first["correlation_id"]) == (
        "failed",
        "RuntimeError",
        CAUSE.correlation_id,
    )
    assert (second["error"], second["correlation_id"]) == ("EventUnreadable", "broken")
    assert MARKER not in logged.getvalue()


def test_what_cannot_even_begin_fails_every_message() -> None:
    def services() -> None:
        raise KeyError("TABLE_NAME")

    worker = Worker[None]({"OrderPlaced": lambda *_: True}, services)
    assert handle(worker, *(record(envelope(PLACED), message_id=name) for name in "abc")) == ["a", "b", "c"]


def test_an_empty_batch_has_no_failures() -> None:
    assert handle(Worker[None]({}, lambda: None)) == []


@given(st.text())
def test_no_text_is_read_as_an_event_by_mistake(text: str) -> None:
    with pytest.raises(EventUnreadable):
        read(record(text))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.booleans(), max_size=10))
def test_exactly_what_failed_is_named(logged: Logged, fails: list[bool]) -> None:
    def fail_if_told(message: Message, _services: None) -> bool:
        if message.event.detail["data"] == {"fails": True}:
            raise ValueError
        return True

    assert logged is not None
    worker = Worker[None]({"OrderPlaced": fail_if_told}, lambda: None)
    events = [Event(EVENT_ID, "OrderPlaced", {**PLACED.detail, "data": {"fails": each}}) for each in fails]
    records = [record(envelope(event), message_id=str(place)) for place, event in enumerate(events)]
    assert handle(worker, *records) == [str(place) for place, each in enumerate(fails) if each]
