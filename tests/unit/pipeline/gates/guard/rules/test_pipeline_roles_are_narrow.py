"""The roles of the pipeline and its builds may do what they need, and name it."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.gates.guard.pipelines import in_action, project
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release

RULE = "pipeline_roles_are_narrow"


def granted(action: Any, on: Any = "*", to: str = "DeliveryBuildunit", **more: Any) -> Change:
    def change(document: Template) -> None:
        policy = first(document, "IAM::Policy", to)["Properties"]["PolicyDocument"]
        policy["Statement"].append({"Effect": "Allow", "Action": action, "Resource": on, **more})

    return change


def role(**values: Any) -> Change:
    return lambda document: first(document, "IAM::Role", "DeliveryRole")["Properties"].update(values)


def trusting(principal: Any) -> Change:
    return role(AssumeRolePolicyDocument={"Statement": [{"Effect": "Allow", "Principal": principal}]})


def as_somebody_else(document: Template) -> None:
    project(document, "DeliveryBuildunit")["ServiceRole"] = "arn:aws:iam::111111111111:role/admin"


def all_but(document: Template) -> None:
    policy = first(document, "IAM::Policy", "DeliveryBuildunit")["Properties"]["PolicyDocument"]
    policy["Statement"].append({"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::x"})


def any_role(document: Template) -> None:
    """The condition goes that keeps the pipeline's update to the CDK's own roles."""
    policy = first(document, "IAM::Policy", "PipelineUpdatePipelineSelfMutation")["Properties"]["PolicyDocument"]
    for statement in policy["Statement"]:
        statement.pop("Condition", None)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (granted("*"), "it may do *"),
        (granted("*", to="DeliveryRole"), "it may do *"),
        (granted("s3:*", "arn:aws:s3:::x"), "it may do s3:*"),
        (granted(["s3:GetObject", "iam:*"], "arn:aws:iam::1:role/x"), "it may do iam:*"),
        (granted("sts:AssumeRole"), "it may do sts:assumerole with *"),
        (granted("sts:AssumeRole", "arn:aws:iam::444444444444:role/*"), "it may do sts:assumerole with arn"),
        (
            granted("sts:AssumeRole", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
            "it may become any role",
        ),
        (granted("iam:PassRole"), "it may do iam:passrole with *"),
        (granted("lambda:UpdateFunctionCode"), "it may do lambda:updatefunctioncode with *"),
        (granted("s3:PutObject", "arn:aws:s3:::*"), "it may do s3:putobject with arn:aws:s3:::*"),
        (all_but, "it may do all but what is named"),
        (any_role, f"it may do sts:assumerole with arn:*:iam::{DELIVERY.environment.account}:role/*"),
        (role(ManagedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"]), "it has AdministratorAccess"),
        (role(ManagedPolicyArns=["arn:aws:iam::aws:policy/AmazonS3FullAccess"]), "it has AmazonS3FullAccess"),
        (role(Policies=[{"PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "*"}}}]), "it may do *"),
        (as_somebody_else, "it runs with arn:aws:iam::111111111111:role/admin, no role of this stack"),
        (in_action("beta", "fuzz", RoleArn="arn:aws:iam::1:role/admin"), "it runs with arn:aws:iam::1:role/admin"),
        (trusting("*"), "* may become it"),
        (trusting({"AWS": "*"}), "* may become it"),
        (trusting({"AWS": "arn:aws:iam::999999999999:root"}), "outside of this stack, may become it"),
        (trusting({"AWS": "999999999999"}), "outside of this stack, may become it"),
        (trusting({"Service": "ec2.amazonaws.com"}), "ec2.amazonaws.com may become it"),
    ],
)
def test_a_role_that_may_do_too_much_is_told(real: Assembly, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, "pipeline", change)))
    assert any(told in each.what and each.where.startswith("pipeline:") for each in findings)


@pytest.mark.parametrize(
    "change",
    [
        granted("sts:AssumeRole", "arn:aws:iam::222222222222:role/cdk-hnb659fds-lookup-role-222222222222-eu-west-1"),
        granted("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:1:table/orders/index/*"),
        granted(["xray:PutTraceSegments", "sts:GetCallerIdentity"]),
        granted("s3:GetObject*", {"Fn::Join": ["", [{"Fn::GetAtt": ["Artifacts82DD59A1", "Arn"]}, "/*"]]}),
    ],
)
def test_a_narrow_grant_is_welcome(real: Assembly, change: Change) -> None:
    assert found(RULE, release(edited(real, "pipeline", change), real)) == ()


def test_the_release_as_it_is_is_narrow(real: Assembly) -> None:
    assert found(RULE, release(real, real)) == ()
    assert look(RULE, release(real)).checked > 30
