"""Intrinsic functions of a template, resolved as far as they can be before anything is deployed.

What is known only once deployed (a resource's `Ref` or attribute, a parameter that SSM fills, an import) becomes a
symbol inside the text, see `spec.symbol`. What names nothing in the template, or is a function that this module doesn't
know, is a problem with its JSON path. Source: CloudFormation's intrinsic function and pseudo parameter references.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.rehearsal.errors import Problem
from pipeline.rehearsal.read.document import NOT_KNOWN, join
from pipeline.rehearsal.spec import Json, symbol, symbols

_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]*)\}")


class _NoValue:
    """What `Ref: AWS::NoValue` leaves behind until the property that holds it is dropped."""


_NO_VALUE = _NoValue()

type _Resolved = Json | _NoValue


@dataclass(frozen=True)
class Names:
    """What a template's references may name, and the environment its stack goes to (None: not told at synth).

    `conditions` are those that it is known of whether they hold.
    """

    stack: str
    resources: frozenset[str]
    parameters: Mapping[str, Json] = field(default_factory=dict)
    mappings: Mapping[str, Json] = field(default_factory=dict)
    conditions: Mapping[str, bool] = field(default_factory=dict)
    account: str | None = None
    region: str | None = None
    partition: str = "aws"

    def pseudo(self, name: str) -> _Resolved:
        """A pseudo parameter's value: a text, a symbol, or nothing at all; KeyError if there is none of that name."""
        suffix = "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"
        values: dict[str, _Resolved] = {
            "AWS::AccountId": self.account or symbol("AWS::AccountId"),
            "AWS::Region": self.region or symbol("AWS::Region"),
            "AWS::Partition": self.partition,
            "AWS::URLSuffix": suffix,
            "AWS::StackName": self.stack,
            "AWS::StackId": symbol("AWS::StackId"),
            "AWS::NotificationARNs": [],
            "AWS::NoValue": _NO_VALUE,
        }
        return values[name]


class Resolver:
    """Resolves values of one template. Problems are collected in `problems`, in the order they are met."""

    def __init__(self, names: Names, file: str) -> None:
        self._names = names
        self._file = file
        self.problems: list[Problem] = []
        self._functions: Mapping[str, Callable[[Json, str], _Resolved]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::Join": self._join,
            "Fn::Sub": self._sub,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::FindInMap": self._find_in_map,
            "Fn::ImportValue": self._import,
            "Fn::If": self._if,
        }

    def resolve(self, value: Json, at: str) -> Json:
        """`value` with every function in it resolved; properties that refer to AWS::NoValue are left out."""
        resolved = self._resolve(value, at)
        return None if isinstance(resolved, _NoValue) else resolved

    def _resolve(self, value: Json, at: str) -> _Resolved:
        if isinstance(value, list):
            return self._items(value, at)
        if not isinstance(value, dict):
            return value
        function = _function_name(value)
        if function is None:
            return self._members(value, at)
        known = self._functions.get(function)
        if known is None:
            return self._problem(at, f"the function {function} is not known here", NOT_KNOWN)
        return known(value[function], join(at, (function,)))

    def _items(self, value: list[Json], at: str) -> Json:
        found = [self._resolve(item, join(at, (index,))) for index, item in enumerate(value)]
        return [item for item in found if not isinstance(item, _NoValue)]

    def _members(self, value: dict[str, Json], at: str) -> Json:
        found = {key: self._resolve(item, join(at, (key,))) for key, item in value.items()}
        return {key: item for key, item in found.items() if not isinstance(item, _NoValue)}

    def _problem(self, at: str, what: str, fix: str) -> str:
        self.problems.append(Problem(self._file, at, what, fix))
        return symbol("unreadable")

    def _text(self, value: Json, at: str) -> str:
        return self._as_text(self._resolve(value, at), at)

    def _as_text(self, resolved: _Resolved, at: str) -> str:
        if isinstance(resolved, str):
            return resolved
        if isinstance(resolved, bool):
            return str(resolved).lower()
        if isinstance(resolved, int | float):
            return str(resolved)
        return self._problem(at, "a text is needed here", "put a text, or a function that makes one")

    # -- the functions ------------------------------------------------------------------------------------------------

    def _ref(self, value: Json, at: str) -> _Resolved:
        if not isinstance(value, str):
            return self._problem(at, "Ref needs a name", "name a resource or a parameter")
        if value in self._names.resources:
            return symbol(value)
        if value in self._names.parameters:
            return self._parameter(value, at)
        try:
            return self._names.pseudo(value)
        except KeyError:
            return self._problem(at, f"{value} is no resource, parameter or pseudo parameter", "name one that exists")

    def _parameter(self, name: str, at: str) -> Json:
        declared = self._names.parameters[name]
        if not isinstance(declared, dict):
            return self._problem(at, f"the parameter {name} is not declared as an object", "mend its declaration")
        if str(declared.get("Type", "")).startswith("AWS::SSM::Parameter::") or "Default" not in declared:
            return symbol(name)
        return declared["Default"]

    def _get_att(self, value: Json, at: str) -> str:
        parts = value.split(".", 1) if isinstance(value, str) else value
        if not isinstance(parts, list) or len(parts) != 2 or not isinstance(parts[0], str):
            return self._problem(at, "Fn::GetAtt needs a resource and an attribute", 'write ["Resource", "Attribute"]')
        if parts[0] not in self._names.resources:
            return self._problem(at, f"there is no resource {parts[0]}", "name one that exists")
        return symbol(f"{parts[0]}.{self._text(parts[1], at)}")

    def _join(self, value: Json, at: str) -> str:
        match value:
            case [str(delimiter), parts]:
                items = self._list(parts, join(at, (1,)))
                return delimiter.join(self._text(item, join(at, (1,))) for item in items)
        return self._problem(at, "Fn::Join needs a delimiter and a list", 'write ["-", ["a", "b"]]')

    def _sub(self, value: Json, at: str) -> str:
        match value:
            case str(text):
                return self._substitute(text, {}, at)
            case [str(text), dict(own)]:
                found = {name: self._text(item, join(at, (1, name))) for name, item in own.items()}
                return self._substitute(text, found, at)
        return self._problem(at, "Fn::Sub needs a text, or a text and an object", 'write "${Name}-suffix"')

    def _substitute(self, text: str, own: Mapping[str, str], at: str) -> str:
        def fill(match: re.Match[str]) -> str:
            literal, name = match.group(1), match.group(2).strip()
            if literal:
                return f"${{{name}}}"
            if name in own:
                return own[name]
            if "." in name:
                return self._get_att(name, at)
            return self._as_text(self._ref(name, at), at)

        return _PLACEHOLDER.sub(fill, text)

    def _select(self, value: Json, at: str) -> _Resolved:
        match value:
            case [index, choices]:
                return self._pick(self._text(index, join(at, (0,))), choices, at)
        return self._problem(at, "Fn::Select needs an index and a list", 'write [0, ["a", "b"]]')

    def _pick(self, index: str, choices: Json, at: str) -> _Resolved:
        if symbols(index):
            return symbol(f"Fn::Select by {' '.join(symbols(index))}")
        found = self._resolve(choices, join(at, (1,)))
        if isinstance(found, str) and symbols(found):
            return symbol(f"{' '.join(symbols(found))} part {index}")
        if not isinstance(found, list):
            return self._problem(at, "Fn::Select needs a list to select from", "put a list")
        if not index.isdecimal() or int(index) >= len(found):
            return self._problem(at, f"index {index} is outside a list of {len(found)}", "select one that exists")
        return found[int(index)]

    def _split(self, value: Json, at: str) -> Json:
        match value:
            case [str(delimiter), source] if delimiter:
                text = self._text(source, join(at, (1,)))
                # What a symbol will hold decides where the text splits, so the parts can't be told apart yet.
                return symbol(f"Fn::Split {' '.join(symbols(text))}") if symbols(text) else _as_list(delimiter, text)
        return self._problem(at, "Fn::Split needs a delimiter and a text", 'write ["/", "a/b"]')

    def _find_in_map(self, value: Json, at: str) -> Json:
        match value:
            case [name, first, second]:
                keys = [self._text(part, join(at, (index,))) for index, part in enumerate((name, first, second))]
                return self._look_up(keys, at)
        return self._problem(at, "Fn::FindInMap needs a map and two keys", 'write ["Map", "Key", "Second"]')

    def _look_up(self, keys: list[str], at: str) -> Json:
        if unknown := [name for key in keys for name in symbols(key)]:
            return symbol(f"Fn::FindInMap by {' '.join(unknown)}")
        found: Json = dict(self._names.mappings)
        for key in keys:
            if not isinstance(found, dict) or key not in found:
                return self._problem(at, f"the mappings hold no {'.'.join(keys)}", "name a key that exists")
            found = found[key]
        return found

    def _import(self, value: Json, at: str) -> str:
        return symbol(f"Fn::ImportValue {self._text(value, at)}")

    def _if(self, value: Json, at: str) -> _Resolved:
        match value:
            case [str(name), holds, fails]:
                if (known := self._names.conditions.get(name)) is None:
                    return self._problem(at, f"it is not known whether the condition {name} holds", NOT_KNOWN)
                return self._resolve(holds if known else fails, join(at, (1 if known else 2,)))
        return self._problem(at, "Fn::If needs a condition and two values", 'write ["Condition", "yes", "no"]')

    def _list(self, value: Json, at: str) -> Iterable[Json]:
        found = self._resolve(value, at)
        if isinstance(found, list):
            return found
        return [self._problem(at, "a list is needed here", "put a list, or a function that makes one")]


def _function_name(value: dict[str, Json]) -> str | None:
    if len(value) != 1:
        return None
    name = next(iter(value))
    return name if name == "Ref" or name.startswith("Fn::") else None


def _as_list(delimiter: str, text: str) -> list[Json]:
    return list(text.split(delimiter))
