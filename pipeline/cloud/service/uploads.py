"""Photographs of claims: a bucket, and who may write into it where.

No function of ours takes the pictures in: a browser exchanges its ID token for credentials of the identity pool and
writes to S3 itself. The pool tags the session with the customer's number, and the role lets a session write below that
number alone (Amazon Cognito developer guide, "Using attributes for access control"). Nobody may read with it. The
bucket tells of each object (`arrivals`), and the worker `photographs` looks at how it begins.
"""

from collections.abc import Mapping

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from pipeline.cloud.service.auth import Auth

KEPT = Duration.days(400)
"""As long as a claim may be argued about, and some weeks."""

TAG = "customer"
"""The session's tag that holds the ID token's `sub`."""


def claims_bucket(scope: Construct, key: kms.IKey) -> s3.Bucket:
    """The bucket: encrypted with our key and no other, over TLS only, and for principals of this account only."""
    bucket = s3.Bucket(
        scope,
        "Claims",
        encryption=s3.BucketEncryption.KMS,
        encryption_key=key,
        bucket_key_enabled=True,
        versioned=True,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        removal_policy=RemovalPolicy.RETAIN,
        lifecycle_rules=[
            s3.LifecycleRule(
                expiration=KEPT,
                noncurrent_version_expiration=Duration.days(30),
                abort_incomplete_multipart_upload_after=Duration.days(1),
            )
        ],
    )
    _tell_the_event_bus(bucket)
    refuse_strangers_and_other_keys(scope, bucket, key)
    return bucket


def refuse_strangers_and_other_keys(scope: Construct, bucket: s3.Bucket, key: kms.IKey) -> None:
    """Deny to put what another key encrypts, and everything to principals of other accounts."""
    encryption = "s3:x-amz-server-side-encryption"
    # S3 encrypts what comes without a word about it with the bucket's own key, so only another word is denied. The word
    # has to be asked for by itself: a key that a request does not have fulfils every condition of what it is not.
    objects = bucket.arn_for_objects("*")
    for name, only in ((encryption, "aws:kms"), (f"{encryption}-aws-kms-key-id", key.key_arn)):
        deny(bucket, "s3:PutObject", [objects], {"Null": {name: "false"}, "StringNotEquals": {name: only}})
    strangers = {"StringNotEquals": {"aws:PrincipalAccount": Stack.of(scope).account}}
    no_service = {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}
    deny(bucket, "s3:*", [bucket.bucket_arn, objects], {**strangers, **no_service})


def _tell_the_event_bus(bucket: s3.Bucket) -> None:
    """Written as CloudFormation has it: the CDK's own way is a function that changes buckets for it."""
    made = bucket.node.default_child
    if isinstance(made, s3.CfnBucket):
        made.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )


def deny(
    bucket: s3.Bucket, action: str, resources: list[str], conditions: Mapping[str, Mapping[str, str]] | None = None
) -> None:
    """Deny an action to everybody, where the conditions hold; always without any."""
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=[action],
            resources=resources,
            conditions=dict(conditions or {}),
        )
    )


class Uploads(Construct):
    """The identity pool of the stage's customers, and the one role that it gives."""

    def __init__(self, scope: Construct, name: str, auth: Auth, bucket: s3.Bucket, key: kms.IKey) -> None:
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
        role = self._role(bucket, key)
        cognito.CfnIdentityPoolRoleAttachment(
            self, "Roles", identity_pool_id=self.pool.ref, roles={"authenticated": role.role_arn}
        )

    def _role(self, bucket: s3.Bucket, key: kms.IKey) -> iam.Role:
        signed_in = iam.FederatedPrincipal(
            "cognito-identity.amazonaws.com",
            {
                "StringEquals": {"cognito-identity.amazonaws.com:aud": self.pool.ref},
                "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"},
            },
            "sts:AssumeRoleWithWebIdentity",
        )
        role = iam.Role(
            self,
            "Uploader",
            description="What a signed-in customer's browser may do: upload photographs of their own claims",
            assumed_by=iam.SessionTagsPrincipal(signed_in),
            max_session_duration=Duration.hours(1),
        )
        own = bucket.arn_for_objects(f"claims/${{aws:PrincipalTag/{TAG}}}/*")
        role.add_to_policy(iam.PolicyStatement(actions=["s3:PutObject"], resources=[own]))
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["kms:GenerateDataKey"],
                resources=[key.key_arn],
                conditions={
                    "StringEquals": {
                        "kms:ViaService": f"s3.{Stack.of(self).region}.amazonaws.com",
                        "kms:EncryptionContext:aws:s3:arn": bucket.bucket_arn,
                    }
                },
            )
        )
        return role
