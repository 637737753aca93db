"""The function that the user pool asks: blocked customers, first profiles, and what a token may say.

A sign-in has no versions to weigh: Cognito calls one ARN, and a token of the new version is good for the old. So the
alias moves at once, without CodeDeploy; it is there all the same, because a version is what a rollback goes back to.
"""

from typing import Final

from aws_cdk import RemovalPolicy
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from api.needs import IDENTITY
from pipeline.cloud.service.auth import Auth
from pipeline.cloud.service.belongings import Belongings
from pipeline.cloud.service.concurrency import IDENTITY_SHARE, part
from pipeline.cloud.service.durations import seconds
from pipeline.cloud.service.grants import granted
from pipeline.cloud.service.lambdas import EVERY_FUNCTION, WRITES_TRACES, function_role
from pipeline.cloud.service.versioned_function import ALIAS, environment
from pipeline.plan.model import Stage

TIMEOUT_SECONDS: Final = 5
"""As long as Cognito waits."""


class Identity(Construct):
    """The function, its role, its alias, and the pool's three triggers."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        stage: Stage,
        code: lambda_.Code,
        belongings: Belongings,
        auth: Auth,
        log_group: logs.LogGroup,
    ) -> None:
        super().__init__(scope, name)
        role = function_role(self, log_group, [*granted(IDENTITY, stage, belongings), WRITES_TRACES])
        function = lambda_.Function(
            self,
            "Function",
            function_name=f"orders-{stage.name}-identity",
            description="Orders API: asked by the user pool at sign-up, at sign-in and for tokens",
            handler="api.handlers.identity.handler",
            code=code,
            role=role,
            memory_size=1024,
            timeout=seconds(TIMEOUT_SECONDS),
            reserved_concurrent_executions=part(stage, IDENTITY_SHARE),
            tracing=lambda_.Tracing.ACTIVE,
            recursive_loop=lambda_.RecursiveLoop.TERMINATE,
            log_group=log_group,
            environment=dict(environment(IDENTITY, stage, belongings)),
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.RETAIN),
            **EVERY_FUNCTION,
        )
        self.alias = lambda_.Alias(self, "Live", alias_name=ALIAS, version=function.current_version)
        self._let_ask(auth)
        # A policy of its own, which the function does not wait for: the pool waits for the function already.
        iam.Policy(
            self,
            "AsksThePool",
            roles=[role],
            statements=[
                iam.PolicyStatement(actions=sorted(IDENTITY.users), resources=[auth.users.user_pool_arn]),
            ],
        )

    def _let_ask(self, auth: Auth) -> None:
        """The pool's triggers, with one permission for all three: the CDK would give each its own, which say the same.

        So they are told of the alias as of one that somebody else lets them ask.
        """
        asked = lambda_.Function.from_function_attributes(
            self, "Asked", function_arn=self.alias.function_arn, same_environment=False, skip_permissions=True
        )
        auth.users.add_trigger(cognito.UserPoolOperation.PRE_AUTHENTICATION, asked)
        auth.users.add_trigger(cognito.UserPoolOperation.POST_CONFIRMATION, asked)
        auth.users.add_trigger(cognito.UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, asked, cognito.LambdaVersion.V2_0)
        self.alias.add_permission(
            "AskedByThePool",
            principal=iam.ServicePrincipal("cognito-idp.amazonaws.com"),
            source_arn=auth.users.user_pool_arn,
        )
