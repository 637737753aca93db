"""The ids that a caller may send along: taken as they are if they are well-formed, and no further than here if not."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft4Validator

from api.domain.events import Cause
from api.handlers import correlation
from tests.unit.api.domain.examples import CAUSE
from tests.unit.api.domain.happened import made

EVENTS = Path(__file__).parents[4] / "contracts/events"
PROMISED = {
    path.name.removesuffix(".schema.json"): Draft4Validator(json.loads(path.read_text())) for path in EVENTS.iterdir()
}
MADE_HERE = "01JDA7C0R0000000000000000Z"
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
WELL_FORMED = [f"00-{TRACE}-{SPAN}-01", f"00-{TRACE}-{SPAN}-00", f"00-{'f' * 32}-{'0' * 15}1-ff"]
MALFORMED = [
    "",
    "1",
    f"00-{TRACE}-{SPAN}",
    f"00-{TRACE}-{SPAN}-01-more",
    f"00-{TRACE}-{SPAN}-01\n",
    f" 00-{TRACE}-{SPAN}-01",
    f"00-{TRACE.upper()}-{SPAN}-01",
    f"00-{TRACE[1:]}-{SPAN}-01",
    f"00-{TRACE}-{SPAN}0-01",
    f"00-{'0' * 32}-{SPAN}-01",
    f"00-{TRACE}-{'0' * 16}-01",
    f"01-{TRACE}-{SPAN}-01",
    f"ff-{TRACE}-{SPAN}-01",
    f"00-{TRACE}-{SPAN}-0g",
    f"00-{TRACE}-{SPAN}-٠١",
    "Root=1-67891233-abcdef012345678912345678",
    "'; DROP TABLE events; --",
    "<script>alert(1)</script>",
    "0" * 10_000,
]
ALMOST = st.from_regex(r"[0f]{0,3}-?[0-9a-fA-Fg]{30,33}-[0-9a-f]{15,17}-?[0-9a-f]{0,3}\s?", fullmatch=True)


def caused(headers: Mapping[str, str]) -> Cause:
    """Why events follow from a request with these headers."""
    given_id = correlation.correlation_id(headers, lambda: MADE_HERE)
    return replace(CAUSE, correlation_id=given_id, traceparent=correlation.traceparent(headers))


def all_keep_their_promise(headers: Mapping[str, str]) -> bool:
    details: dict[str, Any] = {kind: event.detail for kind, event in made(caused(headers)).items()}
    return all(PROMISED[kind].is_valid(detail) for kind, detail in details.items())


@pytest.mark.parametrize("trace", WELL_FORMED)
def test_a_trace_that_is_well_formed_runs_through_the_events(trace: str) -> None:
    assert caused({"traceparent": trace}).traceparent == trace
    assert all_keep_their_promise({"traceparent": trace})


@pytest.mark.parametrize("trace", MALFORMED, ids=lambda trace: ascii(trace)[:60])
def test_a_trace_that_is_not_well_formed_stands_in_no_event(trace: str) -> None:
    assert caused({"traceparent": trace}).traceparent is None


@given(st.sampled_from(["traceparent", "x-correlation-id"]), ALMOST | st.text())
@settings(max_examples=100)
def test_whatever_a_caller_sends_along_every_event_keeps_its_promise(header: str, sent: str) -> None:
    assert all_keep_their_promise({header: sent})


@pytest.mark.parametrize(
    "sent", [MADE_HERE, "8f7f4d0e-6a55-4d0e-9f4e-0b8b5f0d2f11", "8F7F4D0E-6A55-4D0E-9F4E-0B8B5F0D2F11"]
)
def test_the_callers_own_id_runs_through(sent: str) -> None:
    assert caused({"x-correlation-id": sent}).correlation_id == sent


@pytest.mark.parametrize(
    "sent", ["", "1", MADE_HERE.lower(), "8" + MADE_HERE[1:], MADE_HERE + "\n", MADE_HERE * 2, "ann@example.com"]
)
def test_an_id_of_another_form_is_replaced(sent: str) -> None:
    assert caused({"x-correlation-id": sent}).correlation_id == MADE_HERE
