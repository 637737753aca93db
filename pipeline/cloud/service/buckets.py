"""Buckets of a stage: encrypted with one key and no other, over TLS only, for this account only, versioned and swept.
What is in them can be read at once.

A bucket may tell the account's event bus of what is put into it. Where the stage asks for it, what a bucket keeps for
long is kept a second time elsewhere (`replication`).
"""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

ENCRYPTION = "s3:x-amz-server-side-encryption"
KEY = f"{ENCRYPTION}-aws-kms-key-id"
STORAGE_CLASS = "s3:x-amz-storage-class"


def private_bucket(
    scope: Construct,
    name: str,
    key: kms.IKey,
    *,
    kept: Duration,
    replaced_kept: Duration,
    pages: s3.CorsRule | None = None,
    heard: bool = False,
) -> s3.Bucket:
    """A bucket whose objects go after `kept`, and those that were replaced or deleted after `replaced_kept`.

    `pages` says what pages of other origins may do with it from browsers, with rights that they have otherwise. One
    that is `heard` tells the account's event bus of what is put into it.
    """
    bucket = s3.Bucket(
        scope,
        name,
        encryption=s3.BucketEncryption.KMS,
        encryption_key=key,
        bucket_key_enabled=True,
        versioned=True,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        removal_policy=RemovalPolicy.RETAIN,
        cors=[pages] if pages else None,
        lifecycle_rules=[
            s3.LifecycleRule(
                expiration=kept,
                noncurrent_version_expiration=replaced_kept,
                abort_incomplete_multipart_upload_after=Duration.days(1),
            )
        ],
    )
    if heard:
        _tell_the_event_bus(bucket)
    _take_no_other_key(bucket, key)
    _take_nothing_into_archives(bucket)
    strangers = {"StringNotEquals": {"aws:PrincipalAccount": Stack.of(scope).account}}
    no_service = {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}
    everything = [bucket.bucket_arn, bucket.arn_for_objects("*")]
    deny(bucket, "s3:*", everything, {**strangers, **no_service})
    return bucket


def uploads_from(origins: Sequence[str]) -> s3.CorsRule | None:
    """Pages of these origins upload; none do if there are none.

    A browser asks first whether a page may send a file with its headers; SDKs and links have different ones.
    """
    if not origins:
        return None
    return s3.CorsRule(
        allowed_methods=[s3.HttpMethods.PUT],
        allowed_origins=list(origins),
        allowed_headers=["*"],
        max_age=3600,
    )


def _tell_the_event_bus(bucket: s3.Bucket) -> None:
    """Written as CloudFormation has it: the CDK's own way is a function that changes buckets for it."""
    made = bucket.node.default_child
    if isinstance(made, s3.CfnBucket):
        made.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )


def _take_no_other_key(bucket: s3.Bucket, key: kms.IKey) -> None:
    """S3 encrypts what comes without a word about it with the bucket's own key, so only another word is denied.

    A condition on what is not equal holds for what is not there, too, with IfExists or without (IAM user guide,
    "Condition operators"), so it is asked for first. Who wants KMS and names no key gets that of AWS (S3 API reference,
    PutObject), which is another one.
    """
    objects = [bucket.arn_for_objects("*")]
    for name, only in ((ENCRYPTION, "aws:kms"), (KEY, key.key_arn)):
        deny(bucket, "s3:PutObject", objects, {"Null": {name: "false"}, "StringNotEquals": {name: only}})
    deny(bucket, "s3:PutObject", objects, {"Null": {ENCRYPTION: "false", KEY: "true"}})


def _take_nothing_into_archives(bucket: s3.Bucket) -> None:
    """Who uploads with credentials chooses the storage class, and from an archive no worker can read (Amazon S3 user
    guide, "Working with archived objects"). What comes without a word about it is kept as usual.
    """
    other = {"Null": {STORAGE_CLASS: "false"}, "StringNotEquals": {STORAGE_CLASS: "STANDARD"}}
    deny(bucket, "s3:PutObject", [bucket.arn_for_objects("*")], other)


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
