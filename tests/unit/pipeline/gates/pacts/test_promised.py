"""Every field that a reader of events relies on is one that is always sent."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.gates.pacts.listed import check
from pipeline.gates.pacts.promised import unpromised
from tests.unit.pipeline.gates.pacts.releases import Interaction, put_pact
from tests.unit.pipeline.gates.world import context

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["data"],
    "properties": {"data": {"$ref": "#/definitions/placed"}},
    "definitions": {
        "placed": {
            "type": "object",
            "required": ["order_id", "lines"],
            "properties": {
                "order_id": {"type": "string"},
                "note": {"type": "string"},
                "lines": {
                    "type": "array",
                    "items": {"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string"}}},
                },
            },
        }
    },
}


def message(kind: str = "OrderPlaced", **data: object) -> Interaction:
    contents = {"content": {"data": data}, "contentType": "application/json", "encoded": False}
    return {"description": kind, "metadata": {"detail-type": kind}, "contents": contents}


def found(root: Path, *messages: Interaction) -> list[tuple[str, str]]:
    (root / "contracts/events").mkdir(parents=True, exist_ok=True)
    (root / "contracts/events/OrderPlaced.schema.json").write_text(json.dumps(SCHEMA, indent=1))
    pact = put_pact(root, *messages, consumer="notifier")
    return [(finding.where.rsplit("/", 1)[1], finding.what) for finding in unpromised([pact], root)]


def test_what_is_promised_may_be_relied_on(tmp_path: Path) -> None:
    assert found(tmp_path, message(order_id="1", lines=[{"sku": "TEA"}])) == []


def test_a_request_is_no_message(tmp_path: Path) -> None:
    assert found(tmp_path, {"description": "x", "request": {"method": "GET"}}) == []


@pytest.mark.parametrize(
    ("data", "said", "line"),
    [
        ({"total": 3}, "total, which is not promised (#/definitions/placed)", 12),
        ({"note": "x"}, "note, which is not always sent (#/definitions/placed/properties/note)", 22),
        (
            {"lines": [{"quantity": 2}]},
            "quantity, which is not promised (#/definitions/placed/properties/lines/items)",
            27,
        ),
    ],
)
def test_what_is_not_always_sent_is_named_with_its_pointer(
    tmp_path: Path, data: dict[str, Any], said: str, line: int
) -> None:
    assert found(tmp_path, message(**data)) == [
        (f"OrderPlaced.schema.json:{line}", f"field-unpromised: notifier relies on {said}")
    ]


def test_an_event_without_a_schema_is_no_promise(tmp_path: Path) -> None:
    ((_, said),) = found(tmp_path, message("OrderLost"))
    assert said == "event-unpromised: notifier relies on OrderLost, which no schema promises"


def test_messages_of_the_older_specification_are_read_too(tmp_path: Path) -> None:
    old = {"description": "x", "metadata": {"detail-type": "OrderPlaced"}, "contents": {"data": {"total": 3}}}
    assert len(found(tmp_path, old)) == 1


def test_the_gate_tells_what_is_not_promised_and_what_can_not_be_read(tmp_path: Path) -> None:
    found(tmp_path, message(total=3))
    assert [finding.what.split(":")[0] for finding in check(context(tmp_path)).findings] == ["field-unpromised"]
    (tmp_path / "contracts/events/OrderPlaced.schema.json").write_text("{")
    assert [finding.what.split(":")[0] for finding in check(context(tmp_path)).findings] == ["unreadable"]
