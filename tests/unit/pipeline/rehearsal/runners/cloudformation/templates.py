"""Templates of a few lines, and the differences between two of them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.rehearsal.read.template import parse_template
from pipeline.rehearsal.runners.cloudformation.differences import Difference, differences
from pipeline.rehearsal.runners.cloudformation.resolved import Ground, Resolved

REGION = "eu-west-1"


def resource(kind: str, *, attributes: Mapping[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    """A resource of `AWS::{kind}`; what has another prefix is written out."""
    known = kind if kind.startswith(("AWS::", "Custom::")) else f"AWS::{kind}"
    return {"Type": known, "Properties": properties, **(attributes or {})}


def document(resources: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"Resources": dict(resources), **more}


def resolved(template: Mapping[str, Any], **parameters: str) -> Resolved:
    """The template in a stack `orders`, with these values of its parameters."""
    ground = Ground("orders", "111111111111", REGION, parameters)
    return Resolved(parse_template(json.dumps(template).encode(), Path("t.json")), ground)


def between(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What an update from these resources to those changes."""
    return differences(resolved(document(old)), resolved(document(new)))
