"""Reads a contract from its file, as JSON knows its values: no dates, and names that are text."""

import json
from pathlib import Path

import yaml

from pipeline.gates.context import GateBroke
from pipeline.gates.openapi.node import Json

_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class _Loader(yaml.CSafeLoader):
    """YAML as OpenAPI 3.0.3 takes it ("Format"): what looks like a date is text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, shape) for tag, shape in resolvers if tag != _TIMESTAMP]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def parsed(path: Path) -> Json:
    """The document in `path`, YAML or JSON by its ending; GateBroke if it is neither."""
    try:
        text = path.read_text(encoding="utf-8")
        document = json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=_Loader)  # noqa: S506 - safe
    except (OSError, ValueError, yaml.YAMLError) as problem:
        raise GateBroke(f"{path} can't be read: {problem}") from problem
    return _named(document)


def _named(value: Json) -> Json:
    """`value` with names that are text, as `200:` and `'200':` mean the same status."""
    if isinstance(value, dict):
        return {str(name): _named(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_named(inner) for inner in value]
    return value
