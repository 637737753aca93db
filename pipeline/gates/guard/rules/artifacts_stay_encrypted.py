"""What is on its way through the pipeline is encrypted with its own key, and nobody else's to read or to write."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.journey import Journey, journeys
from pipeline.gates.guard.facts.role_statements import many, statements_in
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, said
from pipeline.gates.openapi.node import Json

ABOUT = About(
    kind="pipeline",
    what="Artifacts lie in a bucket of the pipeline's own, shut to the public, kept in versions, under its own key",
    why="whoever can write there delivers what no gate has seen, to every account",
    fix="leave bucket and key to pipeline/cloud/pipeline_stack.py: KMS, rotation, BLOCK_ALL, enforce_ssl, versioned",
    models="S08: an artifact changed in its store; cross_account_keys off",
    needs="the pipeline",
)
BUCKET, KEY, POLICY = "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::S3::BucketPolicy"
SHUT = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
ENCRYPTED = ("BucketEncryption", "ServerSideEncryptionConfiguration", 0, "ServerSideEncryptionByDefault")


def look(subject: Subject) -> Iterator[Looked]:
    """The store of each pipeline, and its bucket and key."""
    for journey in journeys(subject.candidate):
        bucket = _made_here(journey, BUCKET, "Location")
        key = _made_here(journey, KEY, "EncryptionKey", "Id")
        yield looked(journey.resource, *_store(journey, bucket, key))
        if bucket:
            yield looked(bucket, *_bucket(journey.stack, bucket))
        if key:
            yield looked(key, *_key(key))


def _made_here(journey: Journey, kind: str, *where: str) -> Resource | None:
    target = journey.stack.target(journey.resource.at("ArtifactStore", *where))
    return target if target and target.type == kind else None


def _store(journey: Journey, bucket: Resource | None, key: Resource | None) -> Iterator[Wrong]:
    if bucket is None:
        yield Wrong("its artifacts lie in no bucket of this stack", "ArtifactStore.Location")
    if key is None or journey.resource.at("ArtifactStore", "EncryptionKey", "Type") != "KMS":
        yield Wrong("its artifacts are under no key of this stack", "ArtifactStore.EncryptionKey")


def _bucket(stack: Stack, bucket: Resource) -> Iterator[Wrong]:
    if bucket.at(*ENCRYPTED, "SSEAlgorithm") not in ("aws:kms", "aws:kms:dsse"):
        yield Wrong("it does not encrypt with a key of KMS", "BucketEncryption")
    elif stack.target(bucket.at(*ENCRYPTED, "KMSMasterKeyID")) is None:
        yield Wrong("it encrypts with a key that is not of this stack", "BucketEncryption")
    for name in SHUT:
        if bucket.at("PublicAccessBlockConfiguration", name) not in (True, "true"):
            yield Wrong(f"it may be opened to the public ({name})", "PublicAccessBlockConfiguration")
    if bucket.at("VersioningConfiguration", "Status") != "Enabled":
        yield Wrong("what is overwritten is lost", "VersioningConfiguration")
    if not any(_over_tls_alone(each) for policy in _policies(stack, bucket) for each in statements_in(policy)):
        yield Wrong("it answers without TLS", "BucketPolicy")
    for policy in _policies(stack, bucket):
        yield from _anybody(policy)


def _policies(stack: Stack, bucket: Resource) -> list[Json]:
    policies = (each for each in stack.all(POLICY) if stack.target(each.at("Bucket")) == bucket)
    return [each.at("PolicyDocument") for each in policies]


def _over_tls_alone(statement: dict[str, Json]) -> bool:
    refused = at(statement, "Condition", "Bool", "aws:SecureTransport")
    return statement.get("Effect") == "Deny" and str(refused).lower() == "false"


def _key(key: Resource) -> Iterator[Wrong]:
    if key.at("EnableKeyRotation") not in (True, "true"):
        yield Wrong("its key is never renewed", "EnableKeyRotation")
    if key.at("Enabled") in (False, "false"):
        yield Wrong("its key is switched off", "Enabled")
    yield from _anybody(key.at("KeyPolicy"))


def _anybody(policy: Json) -> Iterator[Wrong]:
    for statement in statements_in(policy):
        principal = statement.get("Principal")
        named = (
            [each for kind in principal.values() for each in many(kind)] if isinstance(principal, dict) else [principal]
        )
        if statement.get("Effect") == "Allow" and "Condition" not in statement and "*" in map(said, named):
            yield Wrong("anybody may use it", "PolicyDocument")
