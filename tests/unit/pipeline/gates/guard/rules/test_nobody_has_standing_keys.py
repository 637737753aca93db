"""No template makes a person or a machine that signs in by a password or key that stands somewhere."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, assembly, found, look, release, resource, subject

RULE = "nobody_has_standing_keys"


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (resource("IAM::User"), "keys hold for ever"),
        (resource("IAM::AccessKey", UserName="deploy"), "access key"),
        (resource("Cognito::UserPoolUser", Username="root"), "who has not signed up"),
        (resource("Cognito::UserPoolUserToGroupAttachment", GroupName="ops"), "into a group"),
        (resource("ApiGateway::ApiKey", Value="0123456789abcdef0123"), "stands in the template"),
        (resource("Cognito::UserPoolGroup", GroupName="ops", RoleArn="role"), "gets a role"),
    ],
)
def test_who_signs_in_by_what_stands_somewhere_is_told(bad: Template, words: str) -> None:
    (told,) = found(RULE, subject(assembly(beta={}, prod={"Somebody": bad})))
    assert words in told.what


@pytest.mark.parametrize("good", [resource("ApiGateway::ApiKey", Enabled=True), resource("Cognito::UserPoolGroup")])
def test_a_key_that_the_gateway_makes_and_a_group_are_a_note(good: Template) -> None:
    part = look(RULE, subject(assembly(prod={"Somebody": good}), assembly(prod={})))
    assert (part.findings, len(part.warnings)) == ((), 1)


def test_the_release_as_it_is_has_one_group_and_nobody_in_it(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings, part.warnings) == (3, (), ())
