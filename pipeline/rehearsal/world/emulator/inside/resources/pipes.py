"""Pipes: the parameters of their source and target, which ministack drops, and a refusal of those we don't rehearse.

Source: CloudFormation resource reference of AWS::Pipes::Pipe.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.rehearsal.world.emulator.inside import input_template
from pipeline.rehearsal.world.emulator.inside.resources.registry import HANDLERS, Created, Properties, refuse_unknown
from pipeline.rehearsal.world.emulator.inside.seams import Seam

PIPES = Seam("ministack.services.pipes", "_pipes")
SEAMS = (PIPES,)

PIPE = "AWS::Pipes::Pipe"
KNOWN = frozenset({
    "Description", "DesiredState", "Name", "RoleArn", "Source", "SourceParameters", "Tags", "Target",
    "TargetParameters",
})  # fmt: skip
SOURCE_KNOWN = frozenset({"DynamoDBStreamParameters", "FilterCriteria"})
TARGET_KNOWN = frozenset({"EventBridgeEventBusParameters", "InputTemplate"})


def install() -> None:
    """Wrap the type."""
    handlers = HANDLERS.get()[PIPE]
    handlers |= {"create": _creating(handlers["create"]), "update": _updating(handlers["update"])}


def check(properties: Properties) -> None:
    """Raise for a pipe that we can't rehearse."""
    refuse_unknown(PIPE, properties, KNOWN)
    source: Mapping[str, Any] = properties.get("SourceParameters") or {}
    target: Mapping[str, Any] = properties.get("TargetParameters") or {}
    refuse_unknown(f"{PIPE} SourceParameters", source, SOURCE_KNOWN)
    refuse_unknown(f"{PIPE} TargetParameters", target, TARGET_KNOWN)
    for each in source.get("FilterCriteria", {}).get("Filters", ()):
        json.loads(each["Pattern"])
    input_template.check(target.get("InputTemplate", ""))


def _creating(original: Callable[..., Created]) -> Callable[..., Created]:
    def create(logical_id: str, properties: Properties, stack_name: str) -> Created:
        check(properties)
        return _complete(original(logical_id, properties, stack_name), properties)

    return create


def _updating(original: Callable[..., Created]) -> Callable[..., Created]:
    def update(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str) -> Created:
        check(new)
        return _complete(original(physical_id, old, new, stack_name, logical_id), new)

    return update


def _complete(created: Created, properties: Properties) -> Created:
    record = PIPES.get()[created[0]]
    record["SourceParameters"] = properties.get("SourceParameters") or {}
    record["TargetParameters"] = properties.get("TargetParameters") or {}
    return created
