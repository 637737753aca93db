"""Which grants a change makes wider, and only those."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.runners.cloudformation.permissions import Grant, grants, wider
from pipeline.rehearsal.spec import Json, Resource, Template

TABLE: Json = {"Fn::GetAtt": ["Table", "Arn"]}


def allow(action: Json, resource: Json = TABLE, **more: Json) -> Json:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Json, resource: Json = "*") -> Json:
    return {"Effect": "Deny", "Action": action, "Resource": resource}


def template(*statements: Json, **role: Json) -> Template:
    """A template with one role, whose policy has these statements."""
    policy: dict[str, Json] = {"Roles": [{"Ref": "Role"}], "PolicyDocument": {"Statement": list(statements)}}
    resources = (
        Resource("Table", "AWS::DynamoDB::Table"),
        Resource("Role", "AWS::IAM::Role", role),
        Resource("Policy", "AWS::IAM::Policy", policy),
    )
    return Template(Path("t.json"), "0" * 64, 0, {item.logical_id: item for item in resources})


def test_a_new_action_on_a_resource_is_wider() -> None:
    old, new = template(allow("dynamodb:GetItem")), template(allow(["dynamodb:GetItem", "dynamodb:Query"]))
    assert wider(old, new) == ("Role: + dynamodb:Query on Table.Arn",)


def test_fewer_actions_are_not_wider() -> None:
    assert wider(template(allow(["a:Get", "a:Put"])), template(allow("a:Get"))) == ()


def test_an_old_wildcard_covers_what_it_matches_and_nothing_else() -> None:
    old = template(allow("dynamodb:Get*", "*"))
    assert wider(old, template(allow("dynamodb:GetItem"))) == ()
    assert wider(old, template(allow("dynamodb:PutItem"))) == ("Role: + dynamodb:PutItem on Table.Arn",)


def test_a_new_wildcard_is_wider_than_what_it_matches() -> None:
    assert wider(template(allow("a:Get")), template(allow("a:*"))) == ("Role: + a:* on Table.Arn",)


def test_actions_are_compared_whatever_their_case_and_resources_are_not() -> None:
    assert wider(template(allow("s3:getobject", "b")), template(allow("S3:GetObject", "b"))) == ()
    assert wider(template(allow("s3:Get", "b")), template(allow("s3:Get", "B"))) == ("Role: + s3:Get on B",)


def test_losing_a_condition_is_wider_and_gaining_one_is_not() -> None:
    bound = allow("a:Get", Condition={"StringEquals": {"aws:PrincipalTag/team": "orders"}})
    assert wider(template(bound), template(allow("a:Get"))) == ("Role: + a:Get on Table.Arn",)
    assert wider(template(allow("a:Get")), template(bound)) == ()


def test_a_denial_that_goes_is_wider() -> None:
    old, new = template(allow("a:*"), deny("a:Delete")), template(allow("a:*"))
    assert wider(old, new) == ("Role: no longer denied a:Delete on *",)
    assert wider(new, old) == ()


def test_trusting_somebody_new_is_wider() -> None:
    def trusting(service: str) -> Template:
        statement: Json = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
        return template(AssumeRolePolicyDocument={"Statement": [statement]})

    assert wider(trusting("lambda.amazonaws.com"), trusting("ec2.amazonaws.com")) == (
        "Role: + sts:AssumeRole on behalf of Service ec2.amazonaws.com",
    )


def test_a_managed_policy_that_is_attached_is_wider() -> None:
    arn: Json = {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess"}
    assert wider(template(), template(ManagedPolicyArns=[arn])) == (
        "Role: + managed policy on arn:aws:iam::aws:policy/AdministratorAccess",
    )


def test_inline_policies_and_not_action_count_too() -> None:
    document: Json = {"Statement": {"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"}}
    new = template(Policies=[{"PolicyName": "p", "PolicyDocument": document}])
    assert wider(template(), new) == ("Role: + all but iam:*, sts:* on *",)


def test_a_first_release_is_one_line() -> None:
    assert wider(None, template(allow(["a:Get", "a:Put"]))) == ("first release: 1 role with 2 grants, all new",)
    assert wider(None, template()) == ()


def test_a_function_that_can_not_be_resolved_is_compared_as_it_is_written() -> None:
    def conditional(name: str) -> Json:
        return allow("a:Get", {"Fn::If": ["Big", name, "*"]})

    assert wider(template(conditional("x")), template(conditional("x"))) == ()
    assert len(wider(template(conditional("x")), template(conditional("y")))) == 1


@pytest.mark.parametrize(
    ("pattern", "text", "covered"),
    [("a:*", "a:Get", True), ("a:G?t", "a:Get", True), ("a:G?t", "a:Geet", False), ("a.Get", "a:Get", False)],
)
def test_wildcards_are_iams(pattern: str, text: str, covered: bool) -> None:
    assert Grant("R", "Allow", pattern, "*").covers(Grant("R", "Allow", text, "x")) is covered


STATEMENTS = st.lists(
    st.builds(
        lambda effect, action, resource: {"Effect": effect, "Action": action, "Resource": resource},
        st.sampled_from(["Allow", "Deny"]),
        st.sampled_from(["a:Get", "a:Put", "a:*", "*", "b:G?t"]),
        st.sampled_from(["*", "x", "x/*", "x/y"]),
    ),
    max_size=4,
)


@given(STATEMENTS)
def test_the_same_template_is_never_wider(statements: list[Any]) -> None:
    assert wider(template(*statements), template(*statements)) == ()


@given(STATEMENTS, STATEMENTS)
def test_only_what_a_role_may_newly_do_is_told(before: list[Any], after: list[Any]) -> None:
    """Every line of a plus is a grant of the new template that no old one covers."""
    old, new = template(*before), template(*after)
    added = {line for line in wider(old, new) if ": + " in line}
    uncovered = {
        f"{grant.role}: + {grant}"
        for grant in grants(new)
        if grant.effect == "Allow" and not any(known.covers(grant) for known in grants(old))
    }
    assert added == uncovered


def version_template(version: str) -> Template:
    """A role that may invoke the version of the release, which has another logical id in each."""
    target: Json = {"Fn::Join": ["", [{"Fn::GetAtt": ["Function", "Arn"]}, ":", {"Fn::GetAtt": [version, "Version"]}]]}
    whole = template(allow("lambda:InvokeFunction", target))
    more = {"Function": "AWS::Lambda::Function", version: "AWS::Lambda::Version"}
    resources = {**whole.resources, **{name: Resource(name, kind) for name, kind in more.items()}}
    return Template(whole.path, whole.digest, whole.size, resources)


def test_the_next_version_of_a_function_is_no_wider_grant() -> None:
    assert wider(version_template("Version1"), version_template("Version2")) == ()


def test_another_resource_with_a_new_name_is_wider() -> None:
    new = template(allow("a:Get", {"Fn::GetAtt": ["Role", "Arn"]}))
    assert wider(template(allow("a:Get")), new) == ("Role: + a:Get on Role.Arn",)
