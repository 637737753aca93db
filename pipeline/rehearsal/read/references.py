"""Which resources a part of a template names. Pure.

Source: CloudFormation's intrinsic function reference: Ref, Fn::GetAtt (as a list, or as `Resource.Attribute`) and
Fn::Sub, in whose text `${!Literal}` names nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.rehearsal.spec import Json

_PLACEHOLDER = re.compile(r"\$\{([^!}][^}]*)\}")


@dataclass(frozen=True)
class Reference:
    """A logical id and the attribute of it that is named; None for its physical id. It may be a parameter's name."""

    logical_id: str
    attribute: str | None = None


def references(value: Json) -> Iterator[Reference]:
    """What `value` names, at any depth and in both branches of a condition."""
    match value:
        case {"Ref": str(name)}:
            yield Reference(name)
        case {"Fn::GetAtt": [str(name), attribute]}:
            yield Reference(name, str(attribute))
        case {"Fn::GetAtt": str(path)} if "." in path:
            yield _reference(path)
        case {"Fn::Sub": str(text)}:
            yield from map(_reference, _PLACEHOLDER.findall(text))
        case {"Fn::Sub": [str(text), dict(own)]}:
            # A name that the object gives is its value, even where a resource has the same one.
            yield from (_reference(path) for path in _PLACEHOLDER.findall(text) if path.strip() not in own)
            yield from references(list(own.values()))
        case dict():
            for item in value.values():
                yield from references(item)
        case list():
            for item in value:
                yield from references(item)


def _reference(path: str) -> Reference:
    name, _, attribute = path.strip().partition(".")
    return Reference(name, attribute or None)
