"""Which properties replace a resource when they change, by the resource's type.

Source: `createOnlyProperties` and `conditionalCreateOnlyProperties` of the CloudFormation registry's schemas, which
cfn-lint ships: data of an installed, pinned package, as constant as a module. They are read as files, because cfn-lint
itself takes three seconds to import.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from pipeline.gates.context import GateBroke
from pipeline.gates.openapi.node import Mapped, listed, mapped

REGION = "eu-west-1"
"""Whose schemas are read: the region that all stages are in, and one of those that have every type."""

_PROPERTIES = "/properties/"


@dataclass(frozen=True)
class Replacing:
    """The paths (`Name`, `Budget/BudgetName`) whose change replaces a resource: `always`, or only for `some` values."""

    always: frozenset[str] = frozenset()
    some: frozenset[str] = frozenset()


@cache
def replacing(resource_type: str) -> Replacing:
    """What the schema of a type says; of one that the registry does not have (a custom resource's), nothing."""
    digest = _digests().get(resource_type)
    if digest is None:
        return Replacing()
    schema = _object(_folder() / "resources" / f"{digest}.json")
    return Replacing(_paths(schema, "createOnlyProperties"), _paths(schema, "conditionalCreateOnlyProperties"))


@cache
def _digests() -> Mapping[str, str]:
    return {kind: str(digest) for kind, digest in _object(_folder() / "providers" / f"{REGION}.json").items()}


def _paths(schema: Mapped, key: str) -> frozenset[str]:
    return frozenset(str(path).removeprefix(_PROPERTIES) for path in listed(schema.get(key)))


def _folder() -> Path:
    found = find_spec("cfnlint")
    if found is None or found.origin is None:
        raise GateBroke(
            "cfn-lint, whose schemas say what replaces a resource, is not installed: scripts/slipway doctor"
        )
    return Path(found.origin).parent / "data" / "schemas"


def _object(file: Path) -> Mapped:
    try:
        return mapped(json.loads(file.read_bytes()))
    except (OSError, ValueError) as problem:
        raise GateBroke(f"{file}, a schema that cfn-lint ships, can't be read: {problem}") from problem
