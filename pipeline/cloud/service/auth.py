"""Who may sign in: the stage's user pool, its client, the group of the operators, and the scopes of machines."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import Duration, RemovalPolicy, SecretValue
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from constructs import Construct

from api.domain.carriers import SCAN
from api.domain.partners import READ, WRITE
from pipeline.cloud.service.own_role import OwnRole
from pipeline.cloud.service.statement import Statement
from pipeline.plan.model import SocialProvider, SocialSignIn, Stage

ACCESS_SCOPE = "aws.cognito.signin.user.admin"
"""The scope that every access token from a sign-in by API carries.

A method with a scope takes access tokens only; one without takes ID tokens only (API Gateway developer guide,
"Integrate a REST API with an Amazon Cognito user pool").
"""

PASSWORDS_REMEMBERED = 12
ROTATION_GRACE = Duration.seconds(30)
"""How long a refresh token is still good after it was exchanged: a client may not have heard the answer.

With rotation the flow REFRESH_TOKEN_AUTH is closed and GetTokensFromRefreshToken takes its place (Amazon Cognito
developer guide, "Refresh token rotation").
"""

PARTNER_SCOPES = {READ: "Read the partner's orders and its usage", WRITE: "Place orders"}
"""The scopes by their full names, `server/scope`. A client of its own per partner is made when it is taken on."""

CARRIER_SCOPES = {SCAN: "Tell what has happened to the carrier's parcels"}
"""The same for carriers."""

TESTER_ACTIONS = (
    "cognito-idp:AdminAddUserToGroup",
    "cognito-idp:AdminCreateUser",
    "cognito-idp:AdminDeleteUser",
    "cognito-idp:AdminInitiateAuth",
    "cognito-idp:AdminRespondToAuthChallenge",
    "cognito-idp:AdminSetUserMFAPreference",
    "cognito-idp:AdminSetUserPassword",
    "cognito-idp:CreateUserPoolClient",
    "cognito-idp:DeleteUserPoolClient",
)
"""What a gate calls to make its test users and clients, sign them in, and take them away again.

Operators among the users enrol for one-time passwords as people do, with their own access token.
"""


def tester_name(stage: Stage) -> str:
    """The name of the stage's tester role, which the gates' builds in the pipeline's account assume."""
    return f"orders-{stage.name}-tester"


class Auth(Construct):
    """The user pool (e-mail sign-in, optional TOTP), one public client, and the group `ops`.

    Where the plan allows `test_sign_in`, also a role for the gates' builds, which run in `testers_account`.
    """

    def __init__(self, scope: Construct, name: str, stage: Stage, testers_account: str) -> None:
        super().__init__(scope, name)
        self.users = cognito.UserPool(
            self,
            "Users",
            user_pool_name=f"orders-{stage.name}",
            feature_plan=cognito.FeaturePlan.ESSENTIALS,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            self_sign_up_enabled=True,
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_digits=True,
                require_lowercase=True,
                require_symbols=True,
                require_uppercase=True,
                temp_password_validity=Duration.days(1),
                password_history_size=PASSWORDS_REMEMBERED,
            ),
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            deletion_protection=stage.settings.deletion_protection,
            removal_policy=RemovalPolicy.RETAIN,
        )
        social = stage.settings.social
        providers = [self._provider(provider) for provider in social.providers] if social else []
        self.client = self.users.add_client(
            "Client",
            # Password sign-in through the admin API needs AWS credentials: it is for the gates' own test users.
            auth_flows=cognito.AuthFlow(user_srp=True, admin_user_password=stage.settings.test_sign_in),
            disable_o_auth=social is None,
            o_auth=_hosted(social) if social else None,
            supported_identity_providers=_accepted(social),
            generate_secret=False,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            access_token_validity=Duration.hours(1),
            id_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(30),
            refresh_token_rotation_grace_period=ROTATION_GRACE,
        )
        self.client.node.add_dependency(*providers)
        cognito.CfnUserPoolGroup(
            self,
            "Ops",
            group_name="ops",
            description="May change the catalogue and its stock",
            user_pool_id=self.users.user_pool_id,
        )
        self.token_url = self._token_endpoint(stage)
        self.tester = self._tester(stage, testers_account) if stage.settings.test_sign_in else None

    def _provider(self, provider: SocialProvider) -> Construct:
        """An account elsewhere. Of what it tells, the mail address and the name are kept."""
        secret = SecretValue.secrets_manager(provider.secret_name)
        match provider.name:
            case "Google":
                told = cognito.AttributeMapping(
                    email=cognito.ProviderAttribute.GOOGLE_EMAIL, fullname=cognito.ProviderAttribute.GOOGLE_NAME
                )
                return cognito.UserPoolIdentityProviderGoogle(
                    self,
                    provider.name,
                    user_pool=self.users,
                    client_id=provider.client_id,
                    client_secret_value=secret,
                    scopes=["openid", "email", "profile"],
                    attribute_mapping=told,
                )
            case "Facebook":
                told = cognito.AttributeMapping(
                    email=cognito.ProviderAttribute.FACEBOOK_EMAIL, fullname=cognito.ProviderAttribute.FACEBOOK_NAME
                )
                return cognito.UserPoolIdentityProviderFacebook(
                    self,
                    provider.name,
                    user_pool=self.users,
                    client_id=provider.client_id,
                    # Facebook's construct takes text only; this is still a reference that CloudFormation resolves.
                    client_secret=secret.unsafe_unwrap(),
                    scopes=["public_profile", "email"],
                    attribute_mapping=told,
                )

    def _token_endpoint(self, stage: Stage) -> str:
        """The scopes that machines can ask for, and the address where they get tokens by client credentials.

        The pool's one domain serves it, and the pages where people sign in with accounts elsewhere. Its name must be
        free in the whole Region, so it holds the account.
        """
        self._scopes("PartnerScopes", PARTNER_SCOPES)
        self._scopes("CarrierScopes", CARRIER_SCOPES)
        prefix = f"orders-{stage.name}-{stage.environment.account}"
        self.users.add_domain("Domain", cognito_domain=cognito.CognitoDomainOptions(domain_prefix=prefix))
        return f"https://{prefix}.auth.{cdk.Stack.of(self).region}.amazoncognito.com/oauth2/token"

    def _scopes(self, name: str, scopes: Mapping[str, str]) -> None:
        """A resource server with these scopes, all of one server."""
        server, _, _ = next(iter(scopes)).partition("/")
        cognito.UserPoolResourceServer(
            self,
            name,
            user_pool=self.users,
            identifier=server,
            user_pool_resource_server_name=server,
            scopes=[
                cognito.ResourceServerScope(scope_name=full.removeprefix(f"{server}/"), scope_description=told)
                for full, told in scopes.items()
            ],
        )

    def _tester(self, stage: Stage, account: str) -> OwnRole:
        builds = {"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{account}:role/orders-pipeline-*"}}
        return OwnRole(
            self,
            "Tester",
            [Statement(TESTER_ACTIONS, [self.users.user_pool_arn])],
            role_name=tester_name(stage),
            description="Assumed by the gates of the pipeline, to make and remove their own test users",
            assumed_by=iam.AccountPrincipal(account).with_conditions(builds),
        )


def _hosted(social: SocialSignIn) -> cognito.OAuthSettings:
    """Sign-in on Cognito's pages: by code alone, so that no token stands in an address."""
    scopes = cognito.OAuthScope
    return cognito.OAuthSettings(
        flows=cognito.OAuthFlows(authorization_code_grant=True),
        scopes=[scopes.OPENID, scopes.EMAIL, scopes.PROFILE, scopes.COGNITO_ADMIN],
        callback_urls=list(social.callbacks),
    )


def _accepted(social: SocialSignIn | None) -> list[cognito.UserPoolClientIdentityProvider]:
    named = [provider.name for provider in social.providers] if social else []
    elsewhere = [cognito.UserPoolClientIdentityProvider.custom(name) for name in named]
    return [cognito.UserPoolClientIdentityProvider.COGNITO, *elsewhere]
