"""What a line of an API's access log tells, and which callers it can name."""

from typing import Any

import pytest

from pipeline.gates.guard.facts.access_log import fields, names_callers


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("$context.authorizer.claims.sub", {"COGNITO_USER_POOLS"}),
        ("$context.authorizer.claims.cognito:username", {"COGNITO_USER_POOLS"}),
        ("$context.authorizer.claims.iss", set()),
        ("$context.authorizer.principalId", {"CUSTOM"}),
        ("$context.authorizer.partner_id", {"CUSTOM"}),
        ("$context.authorizer.status $context.authorizer.latency", set()),
        ("$context.identity.caller", {"AWS_IAM"}),
        ("$context.identity.sourceIp", set()),
        ("-", set()),
    ],
)
def test_each_kind_of_caller_has_its_own_name(text: str, by: set[str]) -> None:
    assert {each for each in ("COGNITO_USER_POOLS", "CUSTOM", "AWS_IAM") if names_callers(text, each)} == by
    assert names_callers(text, "NONE")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"a": "$context.status", "b": {"c": 1}}', {"a": "$context.status", "b.c": "1"}),
        ('["a"]', {}),
        ('"a"', {}),
        ("$context.status", {}),
        ({"Ref": "Format"}, {}),
        (None, {}),
    ],
)
def test_fields_of_json_are_told(text: Any, told: dict[str, str]) -> None:
    assert fields(text) == told
