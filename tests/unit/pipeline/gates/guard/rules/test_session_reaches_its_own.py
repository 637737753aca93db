"""What people may do with AWS's own interfaces, they may do with what is theirs."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release

RULE = "session_reaches_its_own"
TAG = "${aws:PrincipalTag/customer}"


def may(action: Any, on: Any, **more: Any) -> Change:
    statement = {"Effect": "Allow", "Action": action, "Resource": on, **more}

    def change(document: Template) -> None:
        policy = first(document, "IAM::Role", "UploadsUploader")["Properties"]["Policies"][0]
        policy["PolicyDocument"]["Statement"].append(statement)

    return change


def by_another_policy(document: Template) -> None:
    role = next(name for name in document["Resources"] if name.startswith("UploadsUploader"))
    policy = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::claims/claims/*"}]}
    document["Resources"]["More"] = {
        "Type": "AWS::IAM::Policy",
        "Properties": {"Roles": [{"Ref": role}], "PolicyDocument": policy},
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (may("s3:ListBucket", {"Fn::GetAtt": ["DataClaimsE12A2F24", "Arn"]}), "may s3:listbucket on ${DataClaims"),
        (
            may(["s3:PutObject", "s3:GetObject"], f"arn:aws:s3:::claims/{TAG}*"),
            "may s3:getobject on arn:aws:s3:::claims",
        ),
        (may("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111111111111:jobs"), "not on their own alone"),
        (may("s3:*", None, NotResource=f"arn:aws:s3:::claims/{TAG}/*"), "all but what it names"),
        (by_another_policy, "may s3:getobject on arn:aws:s3:::claims/claims/*"),
    ],
)
def test_what_is_everybodys_is_told_on_a_first_release_too(real: Assembly, change: Change, words: str) -> None:
    bad = edited(real, "prod/orders", change)
    for told in (found(RULE, release(bad, real)), found(RULE, release(bad))):
        assert any(words in each.what for each in told)
        assert {each.where.split(":")[0] for each in told} == {"prod/orders"}


@pytest.mark.parametrize(
    "change",
    [
        may("s3:GetObject", f"arn:aws:s3:::claims/claims/{TAG}/*"),
        may("s3:ListBucket", "arn:aws:s3:::claims", Condition={"StringLike": {"s3:prefix": f"claims/{TAG}/*"}}),
        may("s3:*", "*", Effect="Deny"),
        may("rum:PutEvents", "arn:aws:rum:eu-west-1:111111111111:appmonitor/shop"),
    ],
)
def test_more_of_the_callers_own_is_welcome(real: Assembly, change: Change) -> None:
    assert found(RULE, release(edited(real, "prod/orders", change), real)) == ()


def test_the_release_as_it_is_reaches_its_own(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings) == (3, ())
