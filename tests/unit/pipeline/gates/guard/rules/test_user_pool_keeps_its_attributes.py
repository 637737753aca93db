"""What a user pool knows of its users, and how they sign in, stays."""

from typing import Any

import pytest

from tests.unit.pipeline.gates.guard.templates import found, update

RULE = "user_pool_keeps_its_attributes"
POOL = "Cognito::UserPool"
TIER = {"Name": "tier", "AttributeDataType": "String", "Mutable": False}
USERS = {"UsernameAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": False}, "Schema": [TIER]}


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (USERS | {"UsernameAttributes": ["phone_number"]}, "users sign in by other names"),
        (USERS | {"UsernameConfiguration": {"CaseSensitive": True}}, "users sign in by other names"),
        (USERS | {"AliasAttributes": ["email"]}, "users sign in by other names"),
        (USERS | {"Schema": []}, "the attribute tier is another"),
        (USERS | {"Schema": [TIER | {"AttributeDataType": "Number"}]}, "the attribute tier is another"),
    ],
)
def test_what_a_pool_cannot_change_is_told(new: dict[str, Any], told: str) -> None:
    (finding,) = found(RULE, update(POOL, USERS, new))
    assert told in finding.what


def test_one_more_attribute_is_welcome() -> None:
    more = USERS | {"Schema": [{"Name": "region", "AttributeDataType": "String"}, TIER]}
    assert found(RULE, update(POOL, USERS, more)) == ()
