"""The statements of a policy: who may do what to which thing, and when. Pure.

Source: IAM's reference of policy elements. Each element is one value or a list of them; a policy that stands as text is
JSON.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from pipeline.gates.guard.facts.texts import written
from pipeline.gates.openapi.node import Json, Mapped, listed, mapped

EVERYBODY = "*"


@dataclass(frozen=True)
class Statement:
    """One statement of a policy, `told` as the template says it."""

    told: Mapped

    @property
    def allows(self) -> bool:
        """Whether it allows; it denies otherwise."""
        return self.told.get("Effect") == "Allow"

    @cached_property
    def actions(self) -> tuple[str, ...]:
        """The actions it names, in lower case: IAM does not tell cases apart."""
        return tuple(written(each).lower() for each in _all(self.told.get("Action")))

    @cached_property
    def resources(self) -> tuple[str, ...]:
        """The things it names, as text."""
        return tuple(written(each) for each in _all(self.told.get("Resource")))

    @cached_property
    def principals(self) -> tuple[tuple[str, str], ...]:
        """Whom it names, each with its kind (`AWS`, `Service`, `Federated`)."""
        named = self.told.get("Principal")
        if not isinstance(named, dict) or set(named) & {"Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join"}:
            return tuple(("AWS", written(each)) for each in _all(named))
        return tuple((kind, written(each)) for kind, value in named.items() for each in _all(value))

    @property
    def but(self) -> tuple[str, ...]:
        """Its elements that name what it does not speak of, so that it speaks of everything else."""
        return tuple(name for name in ("NotAction", "NotResource", "NotPrincipal") if name in self.told)

    @cached_property
    def conditions(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """The values that it asks for, by operator and key, both in lower case."""
        return {
            (operator.lower(), key.lower()): tuple(sorted(written(each) for each in _all(values)))
            for operator, keys in mapped(self.told.get("Condition")).items()
            for key, values in mapped(keys).items()
        }

    def asks_for(self, *keys: str) -> bool:
        """Whether a condition is about one of these keys (or begins so, where one ends in `/`)."""
        return any(
            key == each or (each.endswith("/") and key.startswith(each)) for _, key in self.conditions for each in keys
        )


def statements(document: Json) -> tuple[Statement, ...]:
    """The statements of a policy document; none of what is no policy."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError:
            return ()
    return tuple(Statement(mapped(each)) for each in _all(mapped(document).get("Statement")))


def covers(pattern: str, text: str) -> bool:
    """Whether a name with wildcards in a policy takes in another one, which may have some itself."""
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def loosened(old: Statement, new: Statement) -> Iterator[str]:
    """What the old one's conditions ask for and the new one's no longer do, in words."""
    for (operator, key), values in old.conditions.items():
        now = new.conditions.get((operator, key))
        if now is None:
            yield f"{key} ({operator}) is no longer asked for"
        elif any(not any(covers(was, value) for was in values) for value in now):
            yield f"{key} ({operator}) was {', '.join(values)}, is {', '.join(now)}"


_ALIKE = frozenset({"stringequals", "stringlike", "arnequals", "arnlike"})
"""Operators that say the same of a value without wildcards."""


def dropped(old: Statement, new: Statement) -> Iterator[str]:
    """Keys of the old one's conditions that the new one's leave out, or leave to a pattern, in words.

    Another value by its full name is no less narrow: it is another grant.
    """
    for (operator, key), values in old.conditions.items():
        now = {each: asked for (each, asked_of), asked in new.conditions.items() if asked_of == key}
        same = {each: asked for each, asked in now.items() if each == operator or {each, operator} <= _ALIKE}
        if not same:
            yield f"{key} ({operator}) is no longer asked for"
        for asked in same.values():
            if any("*" in value and value not in values for value in asked):
                yield f"{key} ({operator}) was {', '.join(values)}, is {', '.join(asked)}"


def _all(value: Json) -> list[Json]:
    return listed(value) if isinstance(value, list) else [] if value is None else [value]
