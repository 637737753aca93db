"""Buckets of a stage: encrypted with one key and no other, over TLS only, for this account only, versioned and swept.
What is in them can be read at once.

A bucket may tell the account's event bus of what is put into it. Where the stage asks for it, what a bucket keeps for
long is kept a second time elsewhere (`replication`).
"""

from collections.abc import Iterator, Mapping, Sequence

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from pipeline.cloud.service.guards import ANYBODY

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
    strangers = {"StringNotEquals": {"aws:PrincipalAccount": Stack.of(scope).account}}
    no_service = {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}
    arn = bucket.bucket_arn
    forbid(
        bucket,
        *_any_other_key(f"{arn}/*", key),
        _archives(f"{arn}/*"),
        denial("s3:*", [arn, f"{arn}/*"], {**strangers, **no_service}),
    )
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


def _any_other_key(objects: str, key: kms.IKey) -> Iterator[iam.PolicyStatement]:
    """S3 encrypts what comes without a word about it with the bucket's own key, so only another word is denied.

    A condition on what is not equal holds for what is not there, too, with IfExists or without (IAM user guide,
    "Condition operators"), so it is asked for first. Who wants KMS and names no key gets that of AWS (S3 API reference,
    PutObject), which is another one.
    """
    for name, only in ((ENCRYPTION, "aws:kms"), (KEY, key.key_arn)):
        yield denial("s3:PutObject", [objects], {"Null": {name: "false"}, "StringNotEquals": {name: only}})
    yield denial("s3:PutObject", [objects], {"Null": {ENCRYPTION: "false", KEY: "true"}})


def _archives(objects: str) -> iam.PolicyStatement:
    """Who uploads with credentials chooses the storage class, and from an archive no worker can read (Amazon S3 user
    guide, "Working with archived objects"). What comes without a word about it is kept as usual.
    """
    other = {"Null": {STORAGE_CLASS: "false"}, "StringNotEquals": {STORAGE_CLASS: "STANDARD"}}
    return denial("s3:PutObject", [objects], other)


def denial(
    action: str, resources: list[str], conditions: Mapping[str, Mapping[str, str]] | None = None
) -> iam.PolicyStatement:
    """Denies an action to everybody, where the conditions hold; always without any."""
    return iam.PolicyStatement(
        effect=iam.Effect.DENY,
        principals=[ANYBODY],
        actions=[action],
        resources=resources,
        conditions=dict(conditions or {}),
    )


def forbid(bucket: s3.Bucket, *denials: iam.PolicyStatement) -> None:
    """Put these into the bucket's policy, which is there already: it asks for TLS."""
    policy = bucket.policy
    if policy is None:
        raise TypeError(f"{bucket.node.path} has no policy; make it with private_bucket")
    policy.document.add_statements(*denials)
