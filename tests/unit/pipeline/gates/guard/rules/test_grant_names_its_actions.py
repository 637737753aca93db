"""A policy names the actions that it allows."""

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

RULE = "grant_names_its_actions"
TABLE = {"Fn::GetAtt": ["Table", "Arn"]}


def role(*actions: str, effect: str = "Allow", name: str = "Action") -> Template:
    document = {"Statement": {"Effect": effect, name: list(actions), "Resource": TABLE}}
    return resource("IAM::Role", Policies=[{"PolicyName": "grants", "PolicyDocument": document}])


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("*", "everything"),
        ("*:*", "everything"),
        ("dynamodb:*", "a whole service"),
        ("DynamoDB:**", "a whole service"),
        ("dynamodb:?*", "a whole service"),
        ("dynamodb:Delete*", "nobody can list"),
        ("dynamodb:*Item", "nobody can list"),
        ("s3:P*", "nobody can list"),
    ],
)
def test_a_family_of_actions_is_told_under_its_name(action: str, words: str) -> None:
    (told,) = found(RULE, subject(assembly(beta={"Other": role("s3:GetObject")}, prod={"Role": role(action)})))
    assert told.where.startswith(f"prod/orders:Role/{action.lower()}")
    assert words in told.what


def test_everything_but_is_told() -> None:
    (told,) = found(RULE, subject(assembly(beta={"Other": role()}, prod={"Role": role("iam:*", name="NotAction")})))
    assert "everything but what it names" in told.what


@pytest.mark.parametrize(
    "action", ["dynamodb:Query", "s3:GetObject*", "s3:List*", "kms:ReEncrypt*", "s3:DeleteObject*"]
)
def test_named_actions_and_families_that_read_pass(action: str) -> None:
    part = look(RULE, subject(assembly(beta={"Role": role(action)}, prod={"Role": role(action)})))
    assert (part.checked, part.findings) == (2, ())


def test_to_deny_everything_passes() -> None:
    assert found(RULE, subject(assembly(beta={"A": role()}, prod={"Role": role("*", effect="Deny")}))) == ()


@pytest.mark.parametrize("kind", ["IAM::Policy", "IAM::ManagedPolicy", "IAM::RolePolicy", "IAM::UserPolicy"])
def test_a_policy_of_its_own_is_told_whoever_has_it(kind: str) -> None:
    document = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    policy = resource(kind, PolicyDocument=document, Roles=["somebody"])
    (told,) = found(RULE, subject(assembly(beta={"Other": role()}, prod={"Policy": policy})))
    assert told.where.startswith("prod/orders:Policy/*")


def test_a_managed_policy_is_its_roles(real: Assembly) -> None:
    def attached(document: Template) -> None:
        statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
        document["Resources"]["More"] = resource("IAM::ManagedPolicy", PolicyDocument={"Statement": [statement]})
        first(document, "IAM::Role", "OrdersRole")["Properties"]["ManagedPolicyArns"] = [{"Ref": "More"}]

    (told,) = found(RULE, release(edited(real, "prod/orders", attached)))
    assert told.where.startswith("prod/orders:OrdersRole")


def test_the_boundary_may_be_wide_and_the_release_is_narrow(real: Assembly) -> None:
    part = look(RULE, release(real))
    assert (part.checked > 130, part.findings) == (True, ())
