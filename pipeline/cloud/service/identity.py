"""The function that the user pool asks: blocked customers, first profiles, and what a token may say.

A sign-in has no versions to weigh: Cognito calls one ARN, and a token of the new version is good for the old. So the
alias moves at once, without CodeDeploy; it is there all the same, because a version is what a rollback goes back to.
"""

from typing import Final

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from api.needs import IDENTITY
from pipeline.cloud.service.auth import Auth
from pipeline.cloud.service.concurrency import IDENTITY_SHARE, part
from pipeline.cloud.service.grants import Belongings, allow
from pipeline.cloud.service.log_protection import log_protection
from pipeline.cloud.service.own_role import OwnRole
from pipeline.cloud.service.retention import retention
from pipeline.cloud.service.versioned_function import ALIAS, environment
from pipeline.plan.model import Stage

TIMEOUT_SECONDS: Final = 5
"""As long as Cognito waits."""


class Identity(Construct):
    """The function, its role, its log group, its alias, and the pool's three triggers."""

    def __init__(
        self, scope: Construct, name: str, stage: Stage, code: lambda_.Code, belongings: Belongings, auth: Auth
    ) -> None:
        super().__init__(scope, name)
        function_name = f"orders-{stage.name}-identity"
        log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/lambda/{function_name}",
            retention=retention(stage.settings.log_retention_days),
            data_protection_policy=log_protection(),
            removal_policy=RemovalPolicy.RETAIN,
        )
        role = OwnRole(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        allow(role, IDENTITY, stage, belongings)
        function = lambda_.Function(
            self,
            "Function",
            function_name=function_name,
            description="Orders API: asked by the user pool at sign-up, at sign-in and for tokens",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler="api.handlers.identity.handler",
            code=code,
            role=role,
            memory_size=1024,
            timeout=Duration.seconds(TIMEOUT_SECONDS),
            reserved_concurrent_executions=part(stage, IDENTITY_SHARE),
            tracing=lambda_.Tracing.ACTIVE,
            recursive_loop=lambda_.RecursiveLoop.TERMINATE,
            logging_format=lambda_.LoggingFormat.JSON,
            log_group=log_group,
            environment=dict(environment(IDENTITY, stage, belongings)),
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.RETAIN),
        )
        self.alias = lambda_.Alias(self, "Live", alias_name=ALIAS, version=function.current_version)
        auth.users.add_trigger(cognito.UserPoolOperation.PRE_AUTHENTICATION, self.alias)
        auth.users.add_trigger(cognito.UserPoolOperation.POST_CONFIRMATION, self.alias)
        auth.users.add_trigger(
            cognito.UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, self.alias, cognito.LambdaVersion.V2_0
        )
        # A policy of its own, which the function does not wait for: the pool waits for the function already.
        iam.Policy(
            self,
            "AsksThePool",
            roles=[role],
            statements=[
                iam.PolicyStatement(actions=sorted(IDENTITY.users), resources=[auth.users.user_pool_arn]),
            ],
        )
