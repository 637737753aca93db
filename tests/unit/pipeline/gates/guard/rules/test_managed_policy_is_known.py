"""A role has no policy of AWS's own but the few that a service can't do without."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, found, look, new_in, release

RULE = "managed_policy_is_known"


def with_policy(document: Template, policy: Template) -> None:
    first(document, "IAM::Role", "OrdersRole")["Properties"]["ManagedPolicyArns"] = [policy]


def of_aws(name: str) -> Template:
    return {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":iam::aws:policy/{name}"]]}


@pytest.mark.parametrize(
    "policy",
    [
        of_aws("AdministratorAccess"),
        "arn:aws:iam::aws:policy/AdministratorAccess",
        {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AmazonDynamoDBFullAccess"},
        of_aws("PowerUserAccess"),
        of_aws("IAMFullAccess"),
        of_aws("ReadOnlyAccess"),
        of_aws("job-function/ViewOnlyAccess"),
    ],
)
def test_a_policy_of_aws_is_told_with_a_base_and_without(real: Assembly, policy: Template) -> None:
    bad = edited(real, "prod/orders", lambda document: with_policy(document, policy))
    for base in (None, real):
        (told,) = found(RULE, release(bad, base))
        assert "which AWS keeps" in told.what
        assert told.where.startswith("prod/orders:OrdersRole")


def test_a_policy_from_somewhere_else_is_told(real: Assembly) -> None:
    elsewhere = "arn:aws:iam::444444444444:policy/old"
    (told,) = new_in(RULE, real, lambda document: with_policy(document, elsewhere))
    assert "which no template of ours makes" in told.what


def test_a_narrow_one_is_a_note(real: Assembly) -> None:
    narrow = of_aws("service-role/AWSLambdaBasicExecutionRole")
    good = release(edited(real, "prod/orders", lambda document: with_policy(document, narrow)), real)
    assert found(RULE, good) == ()
    assert ["AWSLambdaBasicExecutionRole now" in note.what for note in look(RULE, good).warnings] == [True]


def test_the_release_as_it_is_has_narrow_ones(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings, part.warnings) == (2 * 3, (), ())
