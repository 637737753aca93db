"""What no role of the service can do, whatever its own policies say: a permissions boundary on all of them.

A boundary grants nothing; a role may do what both it and its policies allow (IAM user guide, "Permissions boundaries").
So a mistake, or a change that nobody read, in one policy never reaches people, roles, other services or the account.
"""

from typing import Final

from aws_cdk import aws_iam as iam
from constructs import Construct

from pipeline.plan.model import Stage

SERVICES: Final = (
    "apigateway",
    "cloudfront",
    "cloudwatch",
    "codedeploy",
    "cognito-identity",
    "cognito-idp",
    "config",
    "dynamodb",
    "elasticache",
    "events",
    "execute-api",
    "kms",
    "lambda",
    "logs",
    "rds-data",
    "rds-db",
    "s3",
    "secretsmanager",
    "ses",
    "sns",
    "sqs",
    "ssm",
    "states",
    "xray",
)
"""What the service is made of. Anything else is out of reach."""

NEVER: Final = (
    "dynamodb:DeleteTable",
    "dynamodb:DeleteTableReplica",
    "kms:DisableKey",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "lambda:AddPermission",
    "lambda:CreateFunctionUrlConfig",
    "logs:DeleteLogGroup",
    "s3:DeleteBucket",
    "s3:PutBucketPolicy",
    "secretsmanager:PutResourcePolicy",
)
"""What would lose data, hide what was done, or open a door: for the delivery, and never for what it delivers."""

BEYOND_SERVICES: Final = ("ec2:*NetworkInterface*", "sts:AssumeRole", "sts:TagSession")
"""A function in a network makes its interfaces; one that works for somebody else takes their role."""


class Boundary(Construct):
    """The managed policy `orders-{stage}-boundary`, on every role below `scope`."""

    def __init__(self, scope: Construct, name: str, stage: Stage) -> None:
        super().__init__(scope, name)
        self.policy = iam.ManagedPolicy(
            self,
            "Policy",
            managed_policy_name=f"orders-{stage.name}-boundary",
            description="The most that any role of the service may do",
            statements=[
                iam.PolicyStatement(
                    sid="OfTheService",
                    actions=[*(f"{service}:*" for service in SERVICES), *BEYOND_SERVICES],
                    resources=["*"],
                ),
                iam.PolicyStatement(sid="Never", effect=iam.Effect.DENY, actions=list(NEVER), resources=["*"]),
            ],
        )
        iam.PermissionsBoundary.of(scope).apply(self.policy)
