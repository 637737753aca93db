"""The events that this code makes are still what readers of the deployed release were promised.

Pacts say what some readers look at. The schemas of the base release say what any of them may; where there is none, our
own do.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft4Validator, ValidationError

from tests.contract.pacts import ROOT
from tests.unit.api.domain.examples import CAUSE
from tests.unit.api.domain.happened import made

DEPLOYED = Path(os.environ.get("SLIPWAY_BASE") or ROOT) / "contracts/events"
SUFFIX = ".schema.json"


def promised() -> dict[str, Any]:
    """The schemas that readers were promised, by kind of event, but for those that were announced to end."""
    found = {path.name.removesuffix(SUFFIX): json.loads(path.read_text()) for path in DEPLOYED.glob(f"*{SUFFIX}")}
    return {kind: schema for kind, schema in sorted(found.items()) if not schema.get("deprecated")}


def to_readers(schema: Any) -> Any:
    """The schema as readers were told to take it: what they do not know they ignore."""
    if isinstance(schema, dict):
        closed = schema.get("additionalProperties") is False
        return {
            key: to_readers(value) for key, value in schema.items() if not (closed and key == "additionalProperties")
        }
    return [to_readers(each) for each in schema] if isinstance(schema, list) else schema


def broken(kind: str, schema: Any) -> str:
    """What readers of the event find changed; empty if nothing."""
    event = made(CAUSE).get(kind)
    if event is None:
        return f"{kind}: nobody makes it any more"
    try:
        Draft4Validator(to_readers(schema)).validate(json.loads(json.dumps(event.detail)))
    except ValidationError as problem:
        return f"{kind}: at #{'/'.join(map(str, ('', *problem.instance_path)))}: {problem.message}"
    return ""


def test_what_readers_were_promised_is_still_what_is_sent() -> None:
    changed = [told for kind, schema in promised().items() if (told := broken(kind, schema))]
    assert not changed, "\n".join(changed)


def test_a_field_under_another_name_is_noticed_and_one_more_is_not() -> None:
    detail = json.loads(json.dumps(made(CAUSE)["OrderPlaced"].detail))
    reader = Draft4Validator(to_readers(json.loads((ROOT / "contracts/events/OrderPlaced.schema.json").read_text())))
    detail["data"]["gift"] = True
    reader.validate(detail)
    detail["data"]["amount"] = detail["data"].pop("total")
    with pytest.raises(ValidationError):
        reader.validate(detail)
