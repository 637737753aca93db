"""The promise of this very API: whatever is taken out of it anywhere, somebody is told to be broken by it."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.gates.openapi.node import Json, join, split
from pipeline.gates.openapi.operations import METHODS, diff
from pipeline.gates.openapi.reading import parsed
from tests.unit.pipeline.gates.openapi.documents import GONE, TODAY, changed

PROMISE: Any = parsed(Path(__file__).parents[5] / "contracts/openapi.yaml")


def places(value: Json, at: str = "") -> list[str]:
    """Every pointer into the document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for name, each in inner for place in places(each, join(at, name)))]


def below(*names: str) -> list[str]:
    """The places whose holders are called so, from the end: `below("properties")` are all fields."""
    return [
        place for place in places(PROMISE) if split(place)[-len(names) - 1 : -1] == [*names] and "example" not in place
    ]


OPERATIONS = [place for place in places(PROMISE) if split(place)[:1] == ["paths"] and split(place)[-1] in METHODS]
STATUSES = below("responses")
FIELDS = [place for place in below("properties") if place.startswith("/components/schemas")]


def breaking(new: Any) -> list[str]:
    return [change.kind for change in diff(PROMISE, new, TODAY) if change.breaking]


def test_the_promise_breaks_nobody_as_it_is() -> None:
    assert diff(PROMISE, copy.deepcopy(PROMISE), TODAY) == ()


@settings(max_examples=15)
@given(st.sampled_from([*OPERATIONS, *FIELDS, *(place for place in STATUSES if place.startswith("/paths"))]))
def test_nothing_that_is_promised_can_be_taken_away_unnoticed(place: str) -> None:
    (kind, *_) = [kind for kind in breaking(changed(place, GONE, PROMISE)) if kind.endswith("-removed")]
    assert kind in {
        "operation-removed",
        "response-status-removed",
        "request-field-removed",
        "response-field-removed",
    }


@settings(max_examples=15)
@given(st.sampled_from(FIELDS))
def test_no_field_can_become_something_else_unnoticed(place: str) -> None:
    assert breaking(changed(place, {"type": "array", "items": {"type": "boolean"}}, PROMISE))


@pytest.mark.parametrize("status", ["201", "404"])
def test_c06_no_status_can_become_another(status: str) -> None:
    place = next(place for place in STATUSES if split(place)[-1] == status)
    holder, other = place.rsplit("/", 1)[0], {"201": "200", "404": "403"}[status]
    answers = {other if name == status else name: value for name, value in at(holder).items()}
    assert "response-status-removed" in breaking(changed(holder, answers, PROMISE))


def at(pointer: str) -> Any:
    value: Any = PROMISE
    for name in split(pointer):
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value
