"""An application signs people in by safe ways alone, and what it gets for it is good for a short time."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, new_in, release

RULE = "user_pool_client_is_strict"


def client(document: Template) -> Template:
    return first(document, "Cognito::UserPoolClient")["Properties"]


def saying(**told: Any) -> Change:
    """A change of properties of the client; None takes one away."""

    def change(document: Template) -> None:
        for name, value in told.items():
            if value is None:
                del client(document)[name]
            else:
                client(document)[name] = value

    return change


UNITS = {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (saying(ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]), "ALLOW_USER_PASSWORD_AUTH"),
        (saying(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"]), "sent as it is"),
        (saying(ExplicitAuthFlows=["ADMIN_NO_SRP_AUTH"]), "ADMIN_NO_SRP_AUTH"),
        (saying(ExplicitAuthFlows=None), "AWS's own ways"),
        (saying(PreventUserExistenceErrors="LEGACY"), "tell who is a customer"),
        (saying(PreventUserExistenceErrors=None), "tell who is a customer"),
        (saying(EnableTokenRevocation=False), "can't be taken back"),
        (saying(AccessTokenValidity=1_440), "AccessToken is good for 1440 minutes"),
        (saying(IdTokenValidity=61), "IdToken is good for 61 minutes"),
        (saying(AccessTokenValidity=2, TokenValidityUnits=UNITS), "AccessToken is good for 120 minutes"),
        (saying(TokenValidityUnits=None), "AccessToken is good for 3600 minutes"),
        (saying(AccessTokenValidity={"Ref": "Validity"}), "AccessToken is good for null"),
        (saying(RefreshTokenValidity=5_256_000), "RefreshToken is good"),
        (saying(AllowedOAuthFlows=["implicit"]), "the flow implicit"),
        (saying(CallbackURLs=["http://shop.example.com/signed-in"]), "people are sent to http://shop"),
        (saying(CallbackURLs=["https://*.example.com"]), "people are sent to https://*"),
        (saying(CallbackURLs=["http://localhost.example.com"]), "people are sent to http://localhost.example.com"),
    ],
)
def test_a_client_that_is_careless_is_told(real: Assembly, change: Change, words: str) -> None:
    told = found(RULE, release(edited(real, "prod/orders", change)))
    assert any(words in each.what for each in told)
    assert {each.where.split(":")[0] for each in told} == {"prod/orders"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (saying(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"]), "ALLOW_CUSTOM_AUTH"),
        (saying(RefreshTokenRotation=None), "RefreshTokenRotation was"),
        (saying(RefreshTokenRotation={"Feature": "DISABLED"}), "again and again"),
        (saying(AllowedOAuthFlows=["client_credentials"]), "AllowedOAuthFlows was nothing"),
        (saying(AllowedOAuthScopes=["openid"]), "AllowedOAuthScopes was nothing"),
        (saying(AllowedOAuthFlows=["code", "client_credentials"]), "AllowedOAuthFlows was nothing"),
    ],
)
def test_a_client_that_is_less_careful_than_in_the_base_is_told(real: Assembly, change: Change, words: str) -> None:
    assert any(words in each.what for each in new_in(RULE, real, change))


def test_what_was_good_for_a_short_time_is_not_good_for_longer(real: Assembly) -> None:
    short = edited(real, "prod/orders", saying(AccessTokenValidity=15, WriteAttributes=["name"]))
    assert found(RULE, release(short, real)) == ()
    told = " ".join(each.what for each in found(RULE, release(real, short)))
    assert "AccessToken was good for 15 minutes, is for 60 minutes" in told
    assert "WriteAttributes was name, is all that there are" in told


def test_another_way_to_sign_in_is_a_note(real: Assembly) -> None:
    social = saying(SupportedIdentityProviders=["COGNITO", "Google"], CallbackURLs=["https://shop.example.com/in"])
    part = look(RULE, release(edited(real, "prod/orders", social), real))
    assert part.findings == ()
    assert len(part.warnings) == 2


def test_pages_of_cognito_by_code_alone_are_a_note(real: Assembly) -> None:
    hosted = saying(AllowedOAuthFlows=["code"], AllowedOAuthScopes=["openid"], CallbackURLs=["http://localhost:3000/"])
    part = look(RULE, release(edited(real, "prod/orders", hosted), real))
    assert (part.findings, len(part.warnings)) == ((), 3)


def test_gates_sign_in_through_the_admin_api_before_prod(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings, part.warnings) == (3, (), ())
