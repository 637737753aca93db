"""DynamoDB's typed attributes and back, for what JSON without fractions needs: S, N, BOOL, NULL, L and M.

By hand, as boto3's own way comes with all of boto3, and makes a Decimal of every number on both ways.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from api.domain.events import Json

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_MOST_DIGITS: Final = 38
"""DynamoDB keeps no number more exactly (developer guide, "Naming rules and data types")."""


def typed(values: Mapping[str, Json]) -> "dict[str, AttributeValueTypeDef]":
    """Plain values as attributes. TypeError for a float, ValueError for a number that would not be kept exactly."""
    return {name: _typed(value) for name, value in values.items()}


def plain(attributes: Mapping[str, Any]) -> dict[str, Json]:
    """Attributes as plain values; ValueError for a number with a fraction, TypeError for a set or bytes."""
    return {name: _plain(value) for name, value in attributes.items()}


def text(values: Mapping[str, Json], name: str) -> str:
    """A text among plain values; TypeError if it is something else."""
    value = values[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} should be text in the table, it is {type(value).__name__}")
    return value


def number(values: Mapping[str, Json], name: str) -> int:
    """A whole number among plain values; TypeError if it is something else."""
    value = values[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} should be a whole number in the table, it is {type(value).__name__}")
    return value


def _typed(value: Json) -> "AttributeValueTypeDef":
    match value:
        case str():
            return {"S": value}
        case bool():  # before int, which it is, too
            return {"BOOL": value}
        case int():
            return {"N": _digits(value)}
        case None:
            return {"NULL": True}
        case dict():
            return {"M": typed(value)}
        case list():
            return {"L": [_typed(each) for each in value]}
    raise TypeError(f"the table holds no {type(value).__name__}")


def _digits(value: int) -> str:
    digits = str(value)
    if len(digits.lstrip("-").rstrip("0")) > _MOST_DIGITS:
        raise ValueError(f"the table keeps {_MOST_DIGITS} digits, {value} has more")
    return digits


def _plain(attribute: Mapping[str, Any]) -> Json:
    ((kind, value),) = attribute.items()
    match kind:
        case "S" | "BOOL":
            return cast("str | bool", value)
        case "N":
            return _whole(value)
        case "NULL":
            return None
        case "M":
            return plain(value)
        case "L":
            return [_plain(each) for each in value]
        case _:
            raise TypeError(f"the table holds no attributes of type {kind}")


def _whole(digits: str) -> int:
    if digits.lstrip("-").isdecimal():
        return int(digits)
    from decimal import Decimal  # here, as whole numbers are hardly ever written as 1E+30 or 2.0

    value = Decimal(digits)
    if value != value.to_integral_value():
        raise ValueError(f"the table holds whole numbers only, not {digits}")
    return int(value)
