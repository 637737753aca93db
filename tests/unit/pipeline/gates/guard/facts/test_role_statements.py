"""What a role may do, by its template."""

from typing import Any

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.role_statements import (
    allowed,
    managed_of,
    principals_of,
    role_named,
    statements_in,
    statements_of,
)
from pipeline.gates.openapi.node import Json
from tests.unit.pipeline.gates.guard.templates import resource


def statement(effect: str, action: Any, on: Any = "*") -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": on}


def stack(*inline: dict[str, Any], attached: tuple[dict[str, Any], ...] = ()) -> Stack:
    role = resource(
        "IAM::Role",
        AssumeRolePolicyDocument={
            "Statement": {"Effect": "Allow", "Principal": {"Service": ["lambda.amazonaws.com"], "AWS": "*"}}
        },
        ManagedPolicyArns=["arn:aws:iam::aws:policy/service-role/Something"],
        Policies=[{"PolicyDocument": {"Statement": list(inline)}}],
    )
    policy = resource("IAM::Policy", Roles=[{"Ref": "Mine"}], PolicyDocument={"Statement": list(attached)})
    return Stack("prod", "prod/orders", {"Resources": {"Mine": role, "Attached": policy, "Other": role}}, {})


def test_statements_are_its_own_and_those_attached_to_it() -> None:
    both = stack(statement("Allow", "s3:Get*"), attached=(statement("Allow", "sqs:*"),))
    assert len(list(statements_of(both, both.resources["Mine"]))) == 2
    assert len(list(statements_of(both, both.resources["Other"]))) == 1


def test_an_action_is_allowed_by_any_pattern_that_matches_it() -> None:
    reads = stack(statement("Allow", ["S3:get*"], ["bucket"]))
    assert allowed(reads, reads.resources["Mine"], "s3:GetObject") == ("bucket",)
    assert allowed(reads, reads.resources["Mine"], "s3:PutObject") == ()


def test_what_is_denied_is_not_allowed() -> None:
    denied = stack(statement("Allow", "*"), attached=(statement("Deny", "s3:*"),))
    assert allowed(denied, denied.resources["Mine"], "s3:GetObject") == ()


def test_who_may_assume_it_and_what_aws_wrote_for_it() -> None:
    role = role_named(stack(), {"Fn::GetAtt": ["Mine", "Arn"]})
    assert role is not None
    assert (principals_of(role), managed_of(role)) == (("lambda.amazonaws.com", "*"), ("Something",))
    assert role_named(stack(), {"Ref": "Attached"}) is None


def test_odd_documents_hold_no_statements() -> None:
    odd: list[Json] = [None, "x", {"Statement": None}]
    assert [list(statements_in(each)) for each in odd] == [[], [], []]
