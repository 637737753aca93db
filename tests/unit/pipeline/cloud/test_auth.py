"""Sign-in with accounts elsewhere: only where a stage's settings say so."""

from dataclasses import replace
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Match, Template

from pipeline.cloud.service.auth import Auth
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import SocialProvider, SocialSignIn

PROVIDERS = "AWS::Cognito::UserPoolIdentityProvider"
SOCIAL = SocialSignIn(
    ("https://shop.example/signed-in",),
    (
        SocialProvider("Google", "1234.apps.example", "orders/google"),
        SocialProvider("Facebook", "5678", "orders/facebook"),
    ),
)


def template(social: SocialSignIn | None) -> Template:
    """The stage prod's identity, with these settings."""
    prod = DELIVERY.stages[-1]
    stack = Stack(App(), "stack")
    Auth(stack, "Auth", replace(prod, settings=replace(prod.settings, social=social)), testers_account="111111111111")
    return Template.from_stack(stack)


@pytest.fixture(scope="module")
def configured() -> Template:
    return template(SOCIAL)


def test_no_stage_has_one_by_default() -> None:
    assert [stage.settings.social for stage in DELIVERY.stages] == [None] * 3
    plain = template(None)
    plain.resource_count_is(PROVIDERS, 0)
    client = {"SupportedIdentityProviders": ["COGNITO"], "AllowedOAuthFlows": Match.absent()}
    plain.has_resource_properties("AWS::Cognito::UserPoolClient", client)


@pytest.mark.parametrize(
    ("name", "client", "secret"), [(each.name, each.client_id, each.secret_name) for each in SOCIAL.providers]
)
def test_a_configured_one_gets_its_secret_when_it_is_deployed(
    configured: Template, name: str, client: str, secret: str
) -> None:
    details: dict[str, Any] = {
        "client_id": client,
        "client_secret": f"{{{{resolve:secretsmanager:{secret}:SecretString:::}}}}",
    }
    properties = {"ProviderName": name, "ProviderType": name, "ProviderDetails": Match.object_like(details)}
    configured.has_resource_properties(PROVIDERS, properties)


def test_the_client_takes_them_by_code_and_its_tokens_open_the_api(configured: Template) -> None:
    configured.has_resource_properties(
        "AWS::Cognito::UserPoolClient",
        {
            "SupportedIdentityProviders": ["COGNITO", "Google", "Facebook"],
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": Match.array_with(["aws.cognito.signin.user.admin"]),
            "CallbackURLs": ["https://shop.example/signed-in"],
        },
    )
    (domain,) = configured.find_resources("AWS::Cognito::UserPoolDomain").values()
    assert domain["Properties"]["Domain"].startswith("orders-prod-")  # a pool has no more than one


def test_the_client_waits_for_its_providers(configured: Template) -> None:
    (client,) = configured.find_resources("AWS::Cognito::UserPoolClient").values()
    assert set(configured.find_resources(PROVIDERS)) <= set(client["DependsOn"])
