"""DynamoDB's typed attributes and back. Numbers are whole; boto3's serializer refuses floats."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from api.domain.events import Json

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


def typed(values: Mapping[str, Json]) -> "dict[str, AttributeValueTypeDef]":
    """Plain values as attributes."""
    return {name: _serializer.serialize(value) for name, value in values.items()}


def plain(attributes: Mapping[str, Any]) -> dict[str, Json]:
    """Attributes as plain values; ValueError for a number with a fraction."""
    return {name: _plain(_deserializer.deserialize(value)) for name, value in attributes.items()}


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


def _plain(value: object) -> Json:
    match value:
        case Decimal():
            if value != value.to_integral_value():
                raise ValueError(f"the table holds whole numbers only, not {value}")
            return int(value)
        case dict():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
        case bool() | str() | None:
            return value
        case _:
            raise TypeError(f"the table holds no {type(value).__name__}")
