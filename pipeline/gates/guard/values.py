"""Values of a template: what stands where in them, what they name, and how they are told. Pure.

Source: CloudFormation's intrinsic function reference. A reference is a Ref, an Fn::GetAtt (as a list, or as
`Resource.Attribute`) or a placeholder of Fn::Sub, in whose text `${!Literal}` names nothing.
"""

import json
import re
from collections.abc import Iterator

from pipeline.gates.openapi.node import Json, mapped

LONGEST = 120
"""Characters of a value that a finding tells."""

_NO_VALUE: Json = {"Ref": "AWS::NoValue"}
_PLACEHOLDER = re.compile(r"\$\{([^!}][^}]*)\}")


def at(value: Json, *names: str | int) -> Json:
    """What stands in `value` under `names` (of objects) and numbers (of lists); None where nothing does."""
    for name in names:
        match value, name:
            case dict(), str() if name in value:
                value = value[name]
            case list(), int() if -len(value) <= name < len(value):
                value = value[name]
            case _:
                return None
    return None if value == _NO_VALUE else value


def names_in(value: Json) -> Iterator[str]:
    """The logical ids (and parameters) that `value` names, at any depth and in both branches of a condition."""
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::GetAtt": str(path)}:
            yield path.partition(".")[0]
        case {"Fn::Sub": str(text)}:
            yield from _placeholders(text)
        case {"Fn::Sub": [str(text), dict(own)]}:
            yield from (name for name in _placeholders(text) if name not in own)
            yield from names_in(list(own.values()))
        case dict():
            for item in value.values():
                yield from names_in(item)
        case list():
            for item in value:
                yield from names_in(item)


def named_by(value: Json) -> str | None:
    """The logical id that `value` as a whole is a reference to; None for text, and for what is put together."""
    match value:
        case {"Fn::Sub": str(text)} if not _PLACEHOLDER.fullmatch(text):
            return None
        case {"Ref": str()} | {"Fn::GetAtt": _} | {"Fn::Sub": str()} if len(mapped(value)) == 1:
            return next(names_in(value), None)
    return None


def said(value: Json) -> str:
    """`value` as short text for people: references as `${Id.Attribute}`, joins put together, the rest as JSON."""
    text = in_full(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def changed(old: Json, new: Json) -> str:
    """`was 1, is 100000`; what was not there, or is gone, is told as nothing."""
    return f"was {_or_nothing(old)}, is {_or_nothing(new)}"


def _or_nothing(value: Json) -> str:
    return "nothing" if value is None else said(value)


def in_full(value: Json) -> str:
    """`value` as text, however long it is."""
    match value:
        case str():
            return value
        case {"Ref": str(name)}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"${{{name}.{attribute}}}"
        case {"Fn::GetAtt": str(path)}:
            return f"${{{path}}}"
        case {"Fn::Join": [str(separator), list(parts)]}:
            return separator.join(map(in_full, parts))
        case {"Fn::Sub": str(text)}:
            return text
    return json.dumps(value, separators=(", ", ": "))


def _placeholders(text: str) -> Iterator[str]:
    return (name.strip().partition(".")[0] for name in _PLACEHOLDER.findall(text))
