"""Who holds which rights in a stack."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.holders import grants, holders
from pipeline.gates.guard.facts.texts import arn
from tests.unit.pipeline.gates.guard.templates import resource

DOCUMENT = {"Statement": [{"Effect": "Allow", "Action": ["a:One", "a:Two"], "Resource": ["x", "y"]}]}


def held(**resources: Any) -> dict[str, int]:
    """How many grants each holder has."""
    stack = Stack("prod", "prod/orders", {"Resources": resources}, {})
    return {each.resource.logical_id: len(list(grants(each))) for each in holders(stack)}


@pytest.mark.parametrize(
    ("role", "others", "expected"),
    [
        ({"Policies": [{"PolicyDocument": DOCUMENT}]}, {}, {"Role": 4}),
        ({}, {"P": resource("IAM::Policy", PolicyDocument=DOCUMENT, Roles=[{"Ref": "Role"}])}, {"Role": 4}),
        ({}, {"P": resource("IAM::RolePolicy", PolicyDocument=DOCUMENT, RoleName={"Ref": "Role"})}, {"Role": 4}),
        ({}, {"P": resource("IAM::Policy", PolicyDocument=DOCUMENT, Roles=["other"])}, {"Role": 0, "P": 4}),
        (
            {"ManagedPolicyArns": [{"Ref": "P"}]},
            {"P": resource("IAM::ManagedPolicy", PolicyDocument=DOCUMENT)},
            {"Role": 4},
        ),
        (
            {"PermissionsBoundary": {"Ref": "P"}},
            {"P": resource("IAM::ManagedPolicy", PolicyDocument=DOCUMENT)},
            {"Role": 0},
        ),
        (
            {"PermissionsBoundary": {"Ref": "P"}, "ManagedPolicyArns": [{"Ref": "P"}]},
            {"P": resource("IAM::ManagedPolicy", PolicyDocument=DOCUMENT)},
            {"Role": 4},
        ),
    ],
)
def test_a_policy_is_told_of_whose_it_is(role: Any, others: Any, expected: dict[str, int]) -> None:
    assert held(Role=resource("IAM::Role", **role), **others) == expected


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("arn:aws:s3:::bucket/key:more", ("arn", "aws", "s3", "", "", "bucket/key:more")),
        ({"Fn::Sub": "arn:${AWS::Partition}:sqs:r:1:q"}, ("arn", "${AWS.Partition}", "sqs", "r", "1", "q")),
        ({"Fn::GetAtt": ["Table", "Arn"]}, ()),
        ("*", ()),
        (None, ()),
    ],
)
def test_an_arn_has_six_parts(value: Any, parts: tuple[str, ...]) -> None:
    assert arn(value) == parts
