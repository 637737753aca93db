"""Photographs of claims: a bucket, and who may write into it where.

No function of ours takes the pictures in: a browser exchanges its ID token for credentials of the identity pool and
writes to S3 itself. The pool tags the session with the customer's number, and the role lets a session write below that
number alone (Amazon Cognito developer guide, "Using attributes for access control"). Nobody may read with it. The
bucket tells of each object (`arrivals`), and the worker `photographs` looks at how it begins.
"""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from pipeline.cloud.service.auth import Auth
from pipeline.cloud.service.buckets import private_bucket, uploads_from
from pipeline.cloud.service.own_role import OwnRole
from pipeline.cloud.service.statement import Statement
from pipeline.plan.model import Stage

KEPT = Duration.days(400)
"""As long as a claim may be argued about, and some weeks."""

TAG = "customer"
"""The session's tag that holds the ID token's `sub`."""


def claims_bucket(scope: Construct, key: kms.IKey, origins: Sequence[str]) -> s3.Bucket:
    """The bucket of the photographs, which pages of these origins upload."""
    return private_bucket(
        scope, "Claims", key, kept=KEPT, replaced_kept=Duration.days(30), pages=uploads_from(origins), heard=True
    )


class Uploads(Construct):
    """The identity pool of the stage's customers, and the one role that it gives."""

    def __init__(self, scope: Construct, name: str, stage: Stage, auth: Auth, bucket: s3.Bucket, key: kms.IKey) -> None:
        super().__init__(scope, name)
        provider = auth.users.user_pool_provider_name
        self.pool = cognito.CfnIdentityPool(
            self,
            "Pool",
            allow_unauthenticated_identities=False,
            allow_classic_flow=False,
            cognito_identity_providers=[
                cognito.CfnIdentityPool.CognitoIdentityProviderProperty(
                    client_id=auth.client.user_pool_client_id, provider_name=provider, server_side_token_check=True
                )
            ],
        )
        cognito.CfnIdentityPoolPrincipalTag(
            self,
            "Tags",
            identity_pool_id=self.pool.ref,
            identity_provider_name=provider,
            use_defaults=False,
            principal_tags={TAG: "sub"},
        )
        role = self._role(stage, bucket, key)
        cognito.CfnIdentityPoolRoleAttachment(
            self, "Roles", identity_pool_id=self.pool.ref, roles={"authenticated": role.role_arn}
        )

    def _role(self, stage: Stage, bucket: s3.Bucket, key: kms.IKey) -> iam.Role:
        own = bucket.arn_for_objects(f"claims/${{aws:PrincipalTag/{TAG}}}/*")
        for_this_bucket = {
            "kms:ViaService": f"s3.{stage.environment.region}.amazonaws.com",
            "kms:EncryptionContext:aws:s3:arn": bucket.bucket_arn,
        }
        grants = [
            Statement(["s3:PutObject"], [own]),
            Statement(["kms:GenerateDataKey"], [key.key_arn], {"StringEquals": for_this_bucket}),
        ]
        signed_in = iam.FederatedPrincipal(
            "cognito-identity.amazonaws.com",
            {
                "StringEquals": {"cognito-identity.amazonaws.com:aud": self.pool.ref},
                "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"},
            },
            "sts:AssumeRoleWithWebIdentity",
        )
        return OwnRole(
            self,
            "Uploader",
            grants,
            description="What a signed-in customer's browser may do: upload photographs of their own claims",
            assumed_by=iam.SessionTagsPrincipal(signed_in),
            max_session_duration=Duration.hours(1),
        )
