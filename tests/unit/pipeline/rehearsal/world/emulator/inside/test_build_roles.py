"""A build acts as its account: a condition on its role is met, and one on anybody else's is not."""

from typing import Any

import pytest

from pipeline.rehearsal.world.emulator.inside.build_roles import without_own_roles

ROOT = "arn:aws:iam::111111111111:root"
BUILDS = "arn:aws:iam::111111111111:role/orders-pipeline-*"
OTHERS = "arn:aws:iam::999999999999:role/orders-pipeline-*"


def like(*roles: str, operator: str = "StringLike") -> dict[str, Any]:
    return {operator: {"aws:PrincipalArn": [*roles], "aws:RequestedRegion": "eu-west-1"}}


def test_a_role_of_the_account_is_not_asked_for_and_all_else_is() -> None:
    assert without_own_roles(like(BUILDS), ROOT) == {"StringLike": {"aws:RequestedRegion": "eu-west-1"}}
    one = {"ArnLike": {"AWS:principalarn": BUILDS}, "Bool": {"aws:SecureTransport": "true"}}
    assert without_own_roles(one, ROOT) == {"ArnLike": {}, "Bool": {"aws:SecureTransport": "true"}}


@pytest.mark.parametrize(
    ("conditions", "principal"),
    [
        (like(OTHERS), ROOT),
        (like(BUILDS, OTHERS), ROOT),
        (like(), ROOT),
        (like("*"), ROOT),
        (like(BUILDS, operator="StringNotLike"), ROOT),
        (like(BUILDS), "arn:aws:sts::111111111111:assumed-role/orders-beta-orders/orders"),
        ({}, ROOT),
    ],
)
def test_everything_else_stays(conditions: dict[str, Any], principal: str) -> None:
    assert without_own_roles(conditions, principal) == conditions
