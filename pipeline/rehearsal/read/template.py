"""CloudFormation templates as CDK writes them: JSON files, read into `spec.Template` without resolving anything."""

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, with_config
from pydantic.alias_generators import to_pascal

from pipeline.rehearsal.read.document import parse_json, read_bytes, sha256, validate
from pipeline.rehearsal.spec import Json, Resource, Template

_AS_WRITTEN = ConfigDict(extra="ignore", alias_generator=to_pascal)


@with_config(_AS_WRITTEN)
@dataclass(frozen=True)
class _Resource:
    type: str
    properties: dict[str, Json] = field(default_factory=dict)
    depends_on: str | list[str] = field(default_factory=list)
    condition: str | None = None
    deletion_policy: str | None = None
    update_policy: dict[str, Json] = field(default_factory=dict)
    update_replace_policy: str | None = None
    creation_policy: dict[str, Json] = field(default_factory=dict)


@with_config(_AS_WRITTEN)
@dataclass(frozen=True)
class _Template:
    resources: dict[str, _Resource]
    outputs: dict[str, Json] = field(default_factory=dict)
    parameters: dict[str, Json] = field(default_factory=dict)
    mappings: dict[str, Json] = field(default_factory=dict)
    conditions: dict[str, Json] = field(default_factory=dict)


_SCHEMA = TypeAdapter(_Template)


def read_template(path: Path) -> Template:
    """The template in the file at `path`; Unreadable says where it isn't one."""
    return parse_template(read_bytes(path), path)


def parse_template(content: bytes, path: Path) -> Template:
    """The template that `content` is; `path` says where it came from."""
    read = validate(_SCHEMA, parse_json(content, str(path)), str(path))
    resources = {name: _resource(name, item) for name, item in read.resources.items()}
    return Template(
        path=path,
        digest=sha256(content),
        size=len(content),
        resources=resources,
        outputs=read.outputs,
        parameters=read.parameters,
        mappings=read.mappings,
        conditions=read.conditions,
    )


def _resource(logical_id: str, read: _Resource) -> Resource:
    depends_on = [read.depends_on] if isinstance(read.depends_on, str) else read.depends_on
    return Resource(
        logical_id=logical_id,
        type=read.type,
        properties=read.properties,
        depends_on=tuple(depends_on),
        condition=read.condition,
        deletion_policy=read.deletion_policy,
        update_policy=read.update_policy,
        update_replace_policy=read.update_replace_policy,
        creation_policy=read.creation_policy,
    )
