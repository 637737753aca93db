"""No role may give itself more rights, change what is delivered, or take away what protects the rest."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
    Template,
    assembly,
    edited,
    first,
    found,
    look,
    release,
    resource,
    subject,
)

RULE = "grant_gives_no_powers"
OURS = "arn:aws:iam::111111111111:role/orders-partner-data"
FINE = resource("IAM::Role")


def role(action: str, on: str = "arn:aws:x:eu-west-1:111111111111:thing", **more: Template) -> Template:
    statement = {"Effect": "Allow", "Action": action, "Resource": on, **more}
    return resource("IAM::Role", Policies=[{"PolicyName": "grants", "PolicyDocument": {"Statement": [statement]}}])


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (role("iam:PassRole", "*"), "may hand any role to any service"),
        (role("iam:PassRole", OURS), "may hand a role to any service"),
        (role("iam:Pass*", OURS), "may hand a role"),
        (role("iam:*", "*"), "iam:*"),
        (role("iam:AttachRolePolicy"), "iam:attachrolepolicy"),
        (role("iam:CreatePolicyVersion"), "iam:createpolicyversion"),
        (role("lambda:UpdateFunctionCode"), "lambda:updatefunctioncode"),
        (role("lambda:Update*"), "lambda:update*"),
        (role("sts:AssumeRole", "*"), "may become anybody"),
        (role("sts:AssumeRole", "arn:aws:iam::111111111111:role/*"), "may become anybody"),
        (role("sts:AssumeRole", "arn:aws:iam::999999999999:role/admin"), "not ours"),
        (role("kms:PutKeyPolicy"), "kms:putkeypolicy"),
        (role("dynamodb:DeleteTable"), "dynamodb:deletetable"),
        (role("cognito-idp:AdminSetUserPassword"), "adminsetuserpassword"),
        (role("codepipeline:PutApprovalResult"), "putapprovalresult"),
        (role("logs:DeleteLogGroup"), "deleteloggroup"),
    ],
)
def test_a_power_is_told_under_its_action(bad: Template, words: str) -> None:
    (told,) = found(RULE, subject(assembly(beta={"Role": FINE}, prod={"Role": bad})))
    assert told.where.startswith("prod/orders:Role/")
    assert words in told.what


@pytest.mark.parametrize(
    "good",
    [
        role("dynamodb:DeleteItem"),
        role("kms:Decrypt"),
        role("iam:GetRole"),
        role("sts:AssumeRole", OURS),
        role("iam:PassRole", OURS, Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}),
        role("cognito-idp:AdminGetUser"),
    ],
)
def test_what_code_calls_passes(good: Template) -> None:
    part = look(RULE, subject(assembly(beta={"Role": FINE}, prod={"Role": good})))
    assert (part.checked, part.findings) == (2, ())


def test_a_policy_of_the_pipeline_is_looked_at(real: Assembly) -> None:
    def wider(document: Template) -> None:
        policy = first(document, "IAM::Policy", "DeliveryBuildunitRole")["Properties"]["PolicyDocument"]
        policy["Statement"].append({"Effect": "Allow", "Action": "*", "Resource": "*"})

    places = [each.where.split()[0] for each in found(RULE, release(edited(real, "pipeline", wider)))]
    assert ["DeliveryBuildunitRole" in place for place in places if place.endswith("/*")] == [True]


def test_in_the_release_gates_make_their_users_and_the_source_hands_over_its_zip(real: Assembly) -> None:
    told = {each.where.split(":")[0] for each in found(RULE, release(real))}
    assert told == {"pipeline", "beta/orders", "gamma/orders"}
