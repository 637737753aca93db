"""Who may sign in: the stage's user pool, its client, and the group of the operators."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from pipeline.plan.model import Stage

ACCESS_SCOPE = "aws.cognito.signin.user.admin"
"""The scope that every access token from a sign-in by API carries.

A method with a scope takes access tokens only; one without takes ID tokens only (API Gateway developer guide,
"Integrate a REST API with an Amazon Cognito user pool").
"""


class Auth(Construct):
    """The user pool (e-mail sign-in, optional TOTP), one public client, and the group `ops`."""

    def __init__(self, scope: Construct, name: str, stage: Stage) -> None:
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
            ),
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            deletion_protection=stage.settings.deletion_protection,
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.client = self.users.add_client(
            "Client",
            # Password sign-in through the admin API needs AWS credentials: it is for the gates' own test users.
            auth_flows=cognito.AuthFlow(user_srp=True, admin_user_password=stage.settings.test_sign_in),
            disable_o_auth=True,
            generate_secret=False,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            access_token_validity=Duration.hours(1),
            id_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(30),
        )
        cognito.CfnUserPoolGroup(
            self,
            "Ops",
            group_name="ops",
            description="May change the catalogue and its stock",
            user_pool_id=self.users.user_pool_id,
        )
