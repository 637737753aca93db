"""What is kept is encrypted, with a key of ours wherever the base has one."""

from collections.abc import Iterator, Mapping

from pipeline.gates.guard.comparing import is_true
from pipeline.gates.guard.facts.texts import written
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, said
from pipeline.gates.openapi.node import Json

ABOUT = About(
    kind="network",
    what="Data is encrypted, in buckets, tables and secrets by a key of ours, and no key is exchanged for another",
    why="whoever is let into the account's storage reads it, and no key policy or log of the key stands between",
    fix="give it the stage's key, as pipeline/cloud/service/data.py does",
    models="I08: encryption removed; I13: the customer's key off; CWE-311",
    needs="every stage",
)
BUCKET_KEY = ("BucketEncryption", "ServerSideEncryptionConfiguration", 0, "ServerSideEncryptionByDefault")
KEYS: Mapping[str, tuple[str | int, ...]] = {
    "AWS::CodeBuild::Project": ("EncryptionKey",),
    "AWS::CodePipeline::Pipeline": ("ArtifactStore", "EncryptionKey", "Id"),
    "AWS::DynamoDB::Table": ("SSESpecification", "KMSMasterKeyId"),
    "AWS::EFS::FileSystem": ("KmsKeyId",),
    "AWS::Events::EventBus": ("KmsKeyIdentifier",),
    "AWS::Kinesis::Stream": ("StreamEncryption", "KeyId"),
    "AWS::Lambda::Function": ("KmsKeyArn",),
    "AWS::Logs::LogGroup": ("KmsKeyId",),
    "AWS::RDS::DBCluster": ("KmsKeyId",),
    "AWS::RDS::DBInstance": ("KmsKeyId",),
    "AWS::S3::Bucket": (*BUCKET_KEY, "KMSMasterKeyID"),
    "AWS::SNS::Topic": ("KmsMasterKeyId",),
    "AWS::SQS::Queue": ("KmsMasterKeyId",),
    "AWS::SecretsManager::Secret": ("KmsKeyId",),
    "AWS::StepFunctions::StateMachine": ("EncryptionConfiguration", "KmsKeyId"),
}
"""Where each kind names its key."""
OURS = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret")
"""Kinds that hold customers' data or secrets: they have a key of ours from the first day on."""
SWITCHES: Mapping[str, tuple[str | int, ...]] = {
    "AWS::DynamoDB::Table": ("SSESpecification", "SSEEnabled"),
    "AWS::EFS::FileSystem": ("Encrypted",),
    "AWS::RDS::DBCluster": ("StorageEncrypted",),
    "AWS::RDS::DBInstance": ("StorageEncrypted",),
}
OF_AWS = ("alias/aws/", ":alias/aws/")


def look(subject: Subject) -> Iterator[Looked]:
    """Each thing that keeps something."""
    for thing in subject.of_candidate(*KEYS):
        names = KEYS[thing.type]
        key, old = _key(thing), subject.before(thing)
        was = _key(old) if old else None
        where = ".".join(map(str, names))
        told: Wrong | Note | None = next(_always(thing, key), None)
        if was is not None and key != was:
            told = Wrong(f"another key, or none: {changed(was, key)}", where)
        elif told is None and key is not None and _is_of_aws(key):
            is_new = subject.base is not None and old is None and thing.type not in OURS
            told = (Note if is_new else Wrong)(f"its key is AWS's: {said(key)}", where)
        yield looked(thing, told)


def _key(thing: Resource) -> Json:
    names = KEYS.get(thing.type)  # none of what the base had under this logical id, if that was of another type
    return thing.at(*names) if names else None


def _is_of_aws(key: Json) -> bool:
    return any(part in written(key) for part in OF_AWS)


def _always(thing: Resource, key: Json) -> Iterator[Wrong]:
    where = ".".join(map(str, KEYS[thing.type]))
    if thing.type in SWITCHES and not is_true(thing.at(*SWITCHES[thing.type])):
        yield Wrong("it is not encrypted by a key of the account", ".".join(map(str, SWITCHES[thing.type])))
    if thing.type in OURS and key is None:
        yield Wrong("no key of ours encrypts it", where)
    if thing.type == "AWS::S3::Bucket" and not str(thing.at(*BUCKET_KEY, "SSEAlgorithm")).startswith("aws:kms"):
        yield Wrong(f"it is encrypted by {said(thing.at(*BUCKET_KEY, 'SSEAlgorithm'))}", ".".join(map(str, BUCKET_KEY)))
    if thing.type == "AWS::SQS::Queue" and key is None and not is_true(thing.at("SqsManagedSseEnabled")):
        yield Wrong("nothing says that it is encrypted", where)
    if thing.type == "AWS::SNS::Topic" and key is None:
        yield Wrong("it is not encrypted", where)
