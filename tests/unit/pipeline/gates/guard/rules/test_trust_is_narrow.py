"""A role is taken on by whom it was made for, and by nobody else."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
    Change,
    Template,
    assembly,
    edited,
    first,
    found,
    look,
    new_in,
    release,
    resource,
    subject,
)

RULE = "trust_is_narrow"
GITHUB = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::111111111111:oidc-provider/{GITHUB}"
ROOT = "arn:aws:iam::111111111111:root"


def role(principal: Any, condition: Template = None, name: str = "Principal") -> Template:
    statement = {"Effect": "Allow", name: principal, "Action": "sts:AssumeRole"}
    more = {"Condition": condition} if condition else {}
    return resource("IAM::Role", AssumeRolePolicyDocument={"Statement": [{**statement, **more}]})


def github(subject_: str, audience: str = "sts.amazonaws.com") -> Template:
    asked = {f"{GITHUB}:sub": subject_, f"{GITHUB}:aud": audience}
    return role({"Federated": PROVIDER}, {"StringLike": {key: value for key, value in asked.items() if value}})


LAMBDA = role({"Service": "lambda.amazonaws.com"})


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (role("*"), "it trusts everybody"),
        (role({"AWS": "*"}), "it trusts everybody"),
        (role({"AWS": "*"}, {"StringLike": {"aws:PrincipalArn": "*"}}), "it trusts everybody"),
        (role({"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), "a condition that must never be wrong"),
        (role({"Service": "lambda.amazonaws.com"}, name="NotPrincipal"), "everybody but whom it names"),
        (role({"AWS": ["arn:aws:iam::999999999999:root"]}), "the account 999999999999"),
        (role({"AWS": "999999999999"}), "the account 999999999999"),
        (role({"AWS": ROOT}), "all of the account"),
        (github("repo:*"), "any answer to who signed in"),
        (github("repo:example/*:ref:refs/heads/main"), "any answer to who signed in"),
        (github("*"), "any answer to who signed in"),
        (github("repo:example/orders:*"), "any answer to who signed in"),
        (github(""), f"does not ask {PROVIDER} who signed in"),
        (github("repo:example/orders:ref:refs/heads/main", ""), "for whom a token was made"),
    ],
)
def test_trust_of_too_many_is_told(bad: Template, words: str) -> None:
    told = found(RULE, subject(assembly(beta={"Role": LAMBDA}, prod={"Role": bad})))
    assert any(words in each.what and each.where.startswith("prod/orders:Role") for each in told)


@pytest.mark.parametrize(
    "good",
    [
        LAMBDA,
        role({"AWS": "arn:aws:iam::111111111111:role/orders"}),
        role({"AWS": {"Fn::GetAtt": ["Other", "Arn"]}}),
        role({"AWS": ROOT}, {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/orders-*"}}),
        github("repo:example/orders:environment:prod"),
    ],
)
def test_trust_of_those_it_was_made_for_passes(good: Template) -> None:
    part = look(RULE, subject(assembly(beta={"Role": LAMBDA}, prod={"Role": good})))
    assert (part.checked, part.findings) == (2, ())


def one_service_more(document: Template) -> None:
    trust = first(document, "IAM::Role", "OrdersRole")["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]
    trust["Principal"]["Service"] = ["lambda.amazonaws.com", "ec2.amazonaws.com"]


def one_condition_fewer(document: Template) -> None:
    trust = first(document, "IAM::Role", "PartnerDataRole")["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]
    del trust["Condition"]["StringLike"]


def anybody_signed_in(document: Template) -> None:
    trust = first(document, "IAM::Role", "UploadsUploader")["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]
    trust["Condition"]["ForAnyValue:StringLike"]["cognito-identity.amazonaws.com:amr"] = "unauthenticated"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (one_service_more, "it trusts ec2.amazonaws.com now"),
        (one_condition_fewer, "aws:requesttag/partner (stringlike) is no longer asked for"),
        (anybody_signed_in, "was authenticated, is unauthenticated"),
    ],
)
def test_more_trust_than_in_the_base_is_told(real: Assembly, change: Change, words: str) -> None:
    assert any(words in each.what for each in new_in(RULE, real, change))


def test_a_longer_session_is_a_note_and_one_condition_more_is_welcome(real: Assembly) -> None:
    def stricter(document: Template) -> None:
        role = first(document, "IAM::Role", "PartnerDataRole")["Properties"]
        role["MaxSessionDuration"] *= 2
        condition = role["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]
        condition["StringEquals"] = {"aws:PrincipalAccount": "444444444444"}

    part = look(RULE, release(edited(real, "prod/orders", stricter), real))
    assert part.findings == ()
    assert ["MaxSessionDuration" in note.where for note in part.warnings] == [True]


def test_the_release_as_it_is_trusts_narrowly(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked > 130, part.findings, part.warnings) == (True, (), ())
