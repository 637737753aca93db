"""Schemas of OpenAPI 3.0 as JSON Schema draft 4."""

import pytest

from pipeline.cloud.openapi import JsonObject
from pipeline.cloud.service.models import draft_4

CASES: list[tuple[JsonObject, JsonObject]] = [
    ({"type": "string", "example": "x", "maxLength": 3}, {"type": "string", "maxLength": 3}),
    ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    (
        {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
        {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
    ),
    (
        {"type": "array", "items": {"type": "string", "deprecated": True}, "maxItems": 2},
        {"type": "array", "items": {"type": "string"}, "maxItems": 2},
    ),
    (
        {"oneOf": [{"type": "string", "xml": {}}, {"type": "integer"}]},
        {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    ),
    (
        {"type": "object", "properties": {"example": {"type": "string", "example": "x"}}},
        {"type": "object", "properties": {"example": {"type": "string"}}},
    ),
    (
        {"type": "object", "enum": [{"example": 1}], "default": {"nullable": True}, "additionalProperties": False},
        {"type": "object", "enum": [{"example": 1}], "default": {"nullable": True}, "additionalProperties": False},
    ),
]


@pytest.mark.parametrize(("openapi", "expected"), CASES)
def test_a_schema_keeps_its_meaning_and_loses_what_only_openapi_knows(
    openapi: JsonObject, expected: JsonObject
) -> None:
    assert draft_4(openapi) == expected
