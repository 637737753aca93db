"""Who could sign up and sign in still can, by the ways that the application knows."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
    Change,
    Template,
    assembly,
    first,
    found,
    look,
    new_in,
    release,
    resource,
    subject,
    update,
)

RULE = "people_still_get_in"
POOL, CLIENT = "Cognito::UserPool", "Cognito::UserPoolClient"


def pool(**settings: Any) -> Change:
    return lambda document: first(document, POOL)["Properties"].update(settings)


def client(**settings: Any) -> Change:
    return lambda document: first(document, CLIENT)["Properties"].update(settings)


def a_scope_fewer(document: Template) -> None:
    del first(document, "Cognito::UserPoolResourceServer", "AuthPartner")["Properties"]["Scopes"][1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (pool(AdminCreateUserConfig={"AllowAdminCreateUserOnly": True}), "nobody signs up any more"),
        (pool(AdminCreateUserConfig={"AllowAdminCreateUserOnly": "true"}), "nobody signs up any more"),
        (
            pool(VerificationMessageTemplate={"DefaultEmailOption": "CONFIRM_WITH_LINK"}),
            "in another way: was CONFIRM_WITH_CODE, is CONFIRM_WITH_LINK",
        ),
        (client(ExplicitAuthFlows=["ALLOW_CUSTOM_AUTH"]), "a way in is closed: ALLOW_USER_SRP_AUTH"),
        (client(SupportedIdentityProviders=["Google"]), "a way in is closed: COGNITO"),
        (a_scope_fewer, "no token has the scope orders.write any more"),
    ],
)
def test_a_way_in_that_is_closed_is_told(real: Assembly, change: Change, words: str) -> None:
    (told,) = new_in(RULE, real, change)
    assert words in told.what


@pytest.mark.parametrize(
    "change",
    [
        pool(AdminCreateUserConfig={}),
        pool(VerificationMessageTemplate={"EmailSubject": "Your code"}),
        pool(MfaConfiguration="ON"),
        client(AccessTokenValidity=30),
        client(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"]),
    ],
)
def test_as_many_ways_or_more_are_right(real: Assembly, change: Change) -> None:
    assert new_in(RULE, real, change) == ()


LINK = {"VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK"}}
OWN = {"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn"}}
FACTORS = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}}
ONE_FACTOR = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["WEB_AUTHN"]}}}
ROTATES = {"RefreshTokenRotation": {"Feature": "ENABLED"}}


def flows(*names: str) -> dict[str, Any]:
    return {"ExplicitAuthFlows": list(names)}


@pytest.mark.parametrize(
    ("kind", "old", "new", "findings"),
    [
        (POOL, LINK, {}, 1),
        (POOL, LINK, LINK, 0),
        (POOL, OWN, {}, 1),
        (POOL, {}, OWN, 0),
        (POOL, FACTORS, ONE_FACTOR, 1),
        (POOL, {"WebAuthnRelyingPartyID": "a.example"}, {"WebAuthnRelyingPartyID": "b.example"}, 1),
        (POOL, {"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True}}, {}, 0),
        (CLIENT, flows("ALLOW_REFRESH_TOKEN_AUTH"), flows(), 1),
        (CLIENT, flows("ALLOW_REFRESH_TOKEN_AUTH"), flows() | ROTATES, 0),
        (CLIENT, flows("ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"), flows("ALLOW_USER_SRP_AUTH"), 0),
        (CLIENT, {"AllowedOAuthFlows": ["code", "implicit"]}, {"AllowedOAuthFlows": ["code"]}, 0),
        (CLIENT, {"AllowedOAuthFlows": ["code"]}, {}, 1),
        (CLIENT, {"AllowedOAuthFlowsUserPoolClient": True}, {"AllowedOAuthFlowsUserPoolClient": False}, 1),
    ],
)
def test_what_the_application_relies_on_stays(kind: str, old: Any, new: Any, findings: int) -> None:
    assert len(found(RULE, update(kind, old, new))) == findings


def test_accounts_elsewhere_that_are_good_no_more_are_told() -> None:
    own, google = {"Pool": resource(POOL)}, {"Google": resource("Cognito::UserPoolIdentityProvider")}
    (told,) = found(RULE, subject(assembly(prod=own), assembly(prod=own | google)))
    assert "it is gone" in told.what
    both = assembly(prod=own | google)
    assert found(RULE, subject(both, both)) == ()


def test_the_release_as_it_is_lets_people_in(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings) == (12, ())
