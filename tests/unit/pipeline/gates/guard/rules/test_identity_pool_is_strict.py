"""Nobody gets rights of AWS's without having signed in, nor more than those of the signed in."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, new_in, release

RULE = "identity_pool_is_strict"


def pool(document: Template) -> Template:
    return first(document, "Cognito::IdentityPool", "UploadsPool")["Properties"]


def guests(document: Template) -> None:
    pool(document)["AllowUnauthenticatedIdentities"] = True


def classic(document: Template) -> None:
    pool(document)["AllowClassicFlow"] = True


def unchecked(document: Template) -> None:
    pool(document)["CognitoIdentityProviders"][0]["ServerSideTokenCheck"] = False


def of_others(document: Template) -> None:
    pool(document)["DeveloperProviderName"] = "login.other.example"


def of_google(document: Template) -> None:
    pool(document)["SupportedLoginProviders"] = {"accounts.google.com": "1.apps.googleusercontent.com"}


def of_a_company(document: Template) -> None:
    pool(document)["SamlProviderARNs"] = ["arn:aws:iam::1:saml-provider/company"]


def of_another_pool(document: Template) -> None:
    pool(document)["CognitoIdentityProviders"].append(
        {"ProviderName": "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_1", "ServerSideTokenCheck": True}
    )


def a_role_for_guests(document: Template) -> None:
    roles = first(document, "Cognito::IdentityPoolRoleAttachment")["Properties"]["Roles"]
    roles["unauthenticated"] = roles["authenticated"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (guests, "has not signed in gets rights"),
        (classic, "choose their role"),
        (unchecked, "taken back still gets rights"),
        (of_others, "somebody else says"),
        (of_google, "somebody else says who its users are"),
        (of_a_company, "somebody else says who its users are"),
        (of_another_pool, "which is no user pool of this stage"),
        (a_role_for_guests, "guests get a role"),
    ],
)
def test_a_pool_for_guests_is_told(real: Assembly, change: Change, words: str) -> None:
    (told,) = found(RULE, release(edited(real, "prod/orders", change)))
    assert words in told.what


def another_role(document: Template) -> None:
    other = next(name for name in document["Resources"] if name.startswith("OrdersRole"))
    roles = first(document, "Cognito::IdentityPoolRoleAttachment")["Properties"]["Roles"]
    roles["authenticated"] = {"Fn::GetAtt": [other, "Arn"]}


def told_apart_by_nothing(document: Template) -> None:
    del document["Resources"][next(name for name in document["Resources"] if name.startswith("UploadsTags"))]


def told_apart_by_their_word(document: Template) -> None:
    first(document, "Cognito::IdentityPoolPrincipalTag")["Properties"]["PrincipalTags"] = {"customer": "email"}


def told_apart_as_aws_likes(document: Template) -> None:
    first(document, "Cognito::IdentityPoolPrincipalTag")["Properties"]["UseDefaults"] = True


def by_rules(document: Template) -> None:
    mapping = {"users": {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}}
    first(document, "Cognito::IdentityPoolRoleAttachment")["Properties"]["RoleMappings"] = mapping


def of_another_application(document: Template) -> None:
    (own,) = pool(document)["CognitoIdentityProviders"]
    pool(document)["CognitoIdentityProviders"].append(own | {"ClientId": {"Ref": "Office"}})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (by_rules, "users get roles by other rules: was nothing"),
        (of_another_application, "who signed in to another application gets rights, too: ${Office}"),
        (told_apart_as_aws_likes, "UseDefaults was false, is true"),
        (another_role, "authenticated was"),
        (told_apart_by_nothing, "nothing tells its users apart"),
        (told_apart_by_their_word, "PrincipalTags was"),
    ],
)
def test_users_that_get_more_than_in_the_base_are_told(real: Assembly, change: Change, words: str) -> None:
    (told,) = new_in(RULE, real, change)
    assert words in told.what


def test_the_release_as_it_is_is_strict(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings) == (9, ())
