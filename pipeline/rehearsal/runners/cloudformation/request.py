"""What a CloudFormation action asks for, read from its configuration and from the artifacts that it takes.

Source: "AWS CloudFormation deploy action reference": TemplatePath and TemplateConfiguration are `<artifact>::<path>`,
the template configuration file holds Parameters and Tags, ParameterOverrides is JSON and wins.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pydantic import ConfigDict, TypeAdapter, with_config

from pipeline.rehearsal.errors import Refused, Unreadable
from pipeline.rehearsal.read.document import parse_json, validate
from pipeline.rehearsal.runners.base import ActionContext
from pipeline.rehearsal.runners.cloudformation.stack import ChangeSetInput
from pipeline.rehearsal.spec import Action, symbols

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.literals import CapabilityType

_OVERRIDES = TypeAdapter(dict[str, str])


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True)
class _Configuration:
    """A template configuration file; a StackPolicy in it is refused, since the rehearsal doesn't keep to it."""

    Parameters: dict[str, str] = field(default_factory=dict)
    Tags: dict[str, str] = field(default_factory=dict)


_FILE = TypeAdapter(_Configuration)


def change_set_input(action: Action, context: ActionContext) -> ChangeSetInput:
    """The change set that the action makes; Unreadable or Refused with what is wrong in its files."""
    told = context.configuration
    template = _file(told["TemplatePath"], context)
    beside = _beside(told.get("TemplateConfiguration"), context)
    overrides = _overrides(told.get("ParameterOverrides", "{}"), action)
    capabilities = [part.strip() for part in told.get("Capabilities", "").split(",") if part.strip()]
    return ChangeSetInput(
        name=told.get("ChangeSetName") or f"rehearsal-{action.name.replace('.', '-')}",
        template=template.read_bytes(),
        parameters={**beside.Parameters, **overrides},
        tags=beside.Tags,
        capabilities=cast("list[CapabilityType]", capabilities),
        role=role_of(context),
    )


def role_of(context: ActionContext) -> str | None:
    """The role that CloudFormation takes on; None where it is known only once the pipeline's own stack is deployed."""
    role = context.configuration.get("RoleArn")
    return None if role is None or symbols(role) else role


def _beside(location: str | None, context: ActionContext) -> _Configuration:
    if location is None:
        return _Configuration()
    file = _file(location, context)
    return validate(_FILE, parse_json(file.read_bytes(), location), location)


def _overrides(text: str, action: Action) -> Mapping[str, str]:
    where = f"{action.name}: ParameterOverrides"
    try:
        return validate(_OVERRIDES, json.loads(text), where)
    except json.JSONDecodeError as problem:
        raise Unreadable(f"not JSON: {problem.msg}", "mend it", file=where) from problem


def _file(location: str, context: ActionContext) -> Path:
    """The file at `<artifact>::<path>`."""
    artifact, _, path = location.partition("::")
    tree = context.inputs[artifact]
    file = (tree / path).resolve()
    if not file.is_relative_to(tree.resolve()) or not file.is_file():
        raise Refused(f"{location}: the artifact holds no such file; an earlier action must put it there")
    return file
