"""A template's conditions, as far as it is known whether they hold.

Pure. Source: "Condition functions" in CloudFormation's intrinsic function reference: Fn::Equals, Fn::And, Fn::Or,
Fn::Not, and `{"Condition": name}` for another condition.
"""

from collections.abc import Mapping
from dataclasses import replace

from pipeline.rehearsal.read.intrinsics import Names, Resolver
from pipeline.rehearsal.spec import Json, symbols


def known_conditions(definitions: Mapping[str, Json], names: Names) -> dict[str, bool]:
    """Whether each condition holds; one that hangs on what isn't known yet is left out."""
    conditions = _Conditions(definitions, names)
    found = {name: conditions.named(name, ()) for name in definitions}
    return {name: holds for name, holds in found.items() if holds is not None}


class _Conditions:
    """Conditions that refer to each other; one that refers to itself is not known."""

    def __init__(self, definitions: Mapping[str, Json], names: Names) -> None:
        self._definitions = definitions
        self._names = replace(names, conditions={})

    def named(self, name: str, above: tuple[str, ...]) -> bool | None:
        if name in above or name not in self._definitions:
            return None
        return self._holds(self._definitions[name], (*above, name))

    def _holds(self, value: Json, above: tuple[str, ...]) -> bool | None:
        match value:
            case {"Condition": str(name)}:
                return self.named(name, above)
            case {"Fn::Not": [part]}:
                return _opposite(self._holds(part, above))
            case {"Fn::And": [*parts]}:
                return _all([self._holds(part, above) for part in parts])
            case {"Fn::Or": [*parts]}:
                return _opposite(_all([_opposite(self._holds(part, above)) for part in parts]))
            case {"Fn::Equals": [one, other]}:
                return self._equal(one, other)
        return None

    def _equal(self, one: Json, other: Json) -> bool | None:
        resolver = Resolver(self._names, "conditions")
        first, second = (resolver.resolve(value, "Fn::Equals") for value in (one, other))
        texts = [_text(first), _text(second)]
        return None if resolver.problems or any(map(symbols, texts)) else texts[0] == texts[1]


def _all(parts: list[bool | None]) -> bool | None:
    if False in parts:
        return False
    return None if None in parts else True


def _opposite(holds: bool | None) -> bool | None:
    return None if holds is None else not holds


def _text(value: Json) -> str:
    """Parameters are texts, whatever a template writes beside them: `true` equals "true"."""
    return str(value).lower() if isinstance(value, bool) else str(value)
