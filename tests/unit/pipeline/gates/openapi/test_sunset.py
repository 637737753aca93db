"""Deprecation before removal: what was announced may go on its day, and not a day or an announcement earlier."""

from typing import Any

import pytest

from pipeline.gates.openapi.node import UnreadableContract, split
from pipeline.gates.openapi.operations import diff
from tests.unit.pipeline.gates.openapi.documents import (
    BASE,
    GONE,
    NEW_ORDER,
    ORDERS,
    SCHEMAS,
    TODAY,
    Anything,
    breaking,
    changed,
    told,
)

YESTERDAY, TOMORROW, MUCH_LATER = "2026-11-22", "2026-11-24", "2027-06-30"
PLACES = {
    "operation": f"{ORDERS}/get",
    "parameter": f"{ORDERS}/get/parameters/0",
    "field": f"{SCHEMAS}/NewOrder/properties/note",
    "header": f"{ORDERS}/post/responses/201/headers/Location",
}
KINDS = {
    "operation": "operation-removed",
    "parameter": "parameter-removed",
    "field": "request-field-removed",
    "header": "response-header-removed",
}


def at(pointer: str, document: Anything = BASE) -> Any:
    value: Any = document
    for name in split(pointer):
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


def announced(pointer: str, *, until: str | None, base: Anything = BASE) -> Anything:
    """The document with a mark at the pointer."""
    mark = {"deprecated": True, **({"x-sunset": until} if until else {})}
    return changed(pointer, {**at(pointer, base), **mark}, base)


@pytest.mark.parametrize("thing", PLACES)
@pytest.mark.parametrize("until", [YESTERDAY, str(TODAY)])
def test_what_was_announced_may_go_when_its_day_has_come(thing: str, until: str) -> None:
    base = announced(PLACES[thing], until=until)
    assert told(changed(PLACES[thing], GONE, base), base) == [(KINDS[thing], False)]


@pytest.mark.parametrize("thing", PLACES)
@pytest.mark.parametrize("until", [None, TOMORROW])
def test_an_announcement_without_a_day_that_has_come_is_no_leave_to_go(thing: str, until: str | None) -> None:
    base = announced(PLACES[thing], until=until)
    assert breaking(changed(PLACES[thing], GONE, base), base) == [KINDS[thing]]


@pytest.mark.parametrize("thing", PLACES)
def test_what_was_not_announced_may_not_go(thing: str) -> None:
    assert breaking(changed(PLACES[thing], GONE)) == [KINDS[thing]]


def test_a_day_without_a_mark_announces_nothing() -> None:
    base = changed(f"{ORDERS}/get/x-sunset", YESTERDAY)
    assert breaking(changed(f"{ORDERS}/get", GONE, base), base) == ["operation-removed"]


@pytest.mark.parametrize("thing", PLACES)
def test_a_mark_is_told_and_breaks_nobody(thing: str) -> None:
    ((kind, is_breaking),) = told(announced(PLACES[thing], until=MUCH_LATER))
    assert (kind.endswith(f"{thing}-deprecated"), is_breaking) == (True, False)
    ((kind, is_breaking),) = told(BASE, announced(PLACES[thing], until=MUCH_LATER))
    assert (kind.endswith(f"{thing}-deprecation-withdrawn"), is_breaking) == (True, False)


def test_a_day_may_come_later_and_never_earlier() -> None:
    soon, late = (announced(PLACES["operation"], until=day) for day in (TOMORROW, MUCH_LATER))
    assert told(late, soon) == []
    assert breaking(soon, late) == ["operation-sunset-earlier"]


def test_an_announcement_gives_a_day_that_is_still_to_come() -> None:
    late = announced(PLACES["operation"], until=YESTERDAY)
    assert breaking(late) == ["operation-sunset-past"]
    assert told(late, late) == []  # it was announced in time, and is still there


def test_a_field_that_was_announced_takes_its_requirement_with_it() -> None:
    document = changed(f"{SCHEMAS}/NewOrder", {**NEW_ORDER, "required": ["sku", "note"]})
    base = announced(PLACES["field"], until=YESTERDAY, base=document)
    assert told(changed(f"{SCHEMAS}/NewOrder/properties/note", GONE, base), base) != []
    gone = changed(f"{SCHEMAS}/NewOrder/required", ["sku"], changed(PLACES["field"], GONE, base))
    assert told(gone, base) == [("request-field-removed", False)]


@pytest.mark.parametrize("written", ["2026-11-22T23:59:59Z", "Sun, 22 Nov 2026 23:59:59 GMT"])
def test_a_day_may_be_written_with_its_time_and_as_the_header_writes_it(written: str) -> None:
    base = announced(PLACES["operation"], until=written)
    assert told(changed(PLACES["operation"], GONE, base), base) == [("operation-removed", False)]


def test_a_day_that_is_none_can_not_be_read() -> None:
    with pytest.raises(UnreadableContract, match="write a day as 2027-06-30"):
        diff(BASE, announced(PLACES["operation"], until="next summer"), TODAY)
