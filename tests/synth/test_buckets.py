"""What every bucket refuses and forgets, and the second place for what is kept for long."""

import pytest

from pipeline.plan.model import Environment, Replicas
from tests.synth.planned import settings
from tests.synth.reading import Json, Resource, Template
from tests.synth.test_service import granted, named, statements
from tests.synth.wishes import EVERYTHING

KEPT = {"DataClaims": (400, 30), "DataImports": (7, 1), "DataInvoices": (4_018, 30)}
"""The buckets with the days after which objects go, and those that were replaced."""

UPLOADED = ("DataClaims", "DataImports")

buckets = pytest.mark.parametrize("name", KEPT)

HEADER = "s3:x-amz-server-side-encryption"


def bucket(template: Template, name: str) -> Resource:
    return template.resources[named(template)[name]]


def denials(template: Template, name: str) -> list[Json]:
    policy = template.resources[named(template)[f"{name}Policy"]]["PolicyDocument"]
    return [statement for statement in policy["Statement"] if statement["Effect"] == "Deny"]


def conditions(template: Template, name: str) -> list[Json]:
    return [statement["Condition"] for statement in denials(template, name) if "Condition" in statement]


def test_these_are_all_buckets(template: Template) -> None:
    assert {each.name for each in template.all("AWS::S3::Bucket")} == {named(template)[name] for name in KEPT}


@buckets
def test_a_bucket_is_encrypted_with_our_key_versioned_closed_and_swept(template: Template, name: str) -> None:
    key = {"Fn::GetAtt": [named(template)["DataKey"], "Arn"]}
    found = bucket(template, name)
    (rule,) = found["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["BucketKeyEnabled"] is True
    assert rule["ServerSideEncryptionByDefault"] == {"KMSMasterKeyID": key, "SSEAlgorithm": "aws:kms"}
    assert found["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(found["PublicAccessBlockConfiguration"].values()) == {True}
    (life,) = found["LifecycleConfiguration"]["Rules"]
    assert (life["ExpirationInDays"], life["NoncurrentVersionExpiration"]["NoncurrentDays"]) == KEPT[name]


@buckets
def test_no_key_but_ours_is_taken(template: Template, name: str) -> None:
    key = {"Fn::GetAtt": [named(template)["DataKey"], "Arn"]}
    found = conditions(template, name)
    for header, only in ((HEADER, "aws:kms"), (f"{HEADER}-aws-kms-key-id", key)):
        assert {"Null": {header: "false"}, "StringNotEquals": {header: only}} in found
    assert {"Null": {HEADER: "false", f"{HEADER}-aws-kms-key-id": "true"}} in found


@buckets
def test_nothing_is_taken_into_an_archive_from_which_no_worker_reads(template: Template, name: str) -> None:
    header = "s3:x-amz-storage-class"
    other = {"Null": {header: "false"}, "StringNotEquals": {header: "STANDARD"}}
    (denial,) = [each for each in denials(template, name) if each.get("Condition") == other]
    assert (denial["Action"], denial["Principal"]) == ("s3:PutObject", {"AWS": "*"})


@buckets
def test_nothing_is_taken_in_the_open_or_from_strangers(template: Template, name: str) -> None:
    assert {"Bool": {"aws:SecureTransport": "false"}} in conditions(template, name)
    (foreign,) = [each for each in denials(template, name) if "aws:PrincipalAccount" in str(each)]
    assert (foreign["Action"], foreign["Principal"]) == ("s3:*", {"AWS": "*"})
    assert len(foreign["Resource"]) == 2


def test_no_page_may_anything_unless_a_stage_has_origins(template: Template, stage: str) -> None:
    if not settings(stage).origins:
        assert [name for name in KEPT if "CorsConfiguration" in bucket(template, name).properties] == []
    else:
        for name in UPLOADED:
            (rule,) = bucket(template, name)["CorsConfiguration"]["CorsRules"]
            assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == (list(settings(stage).origins), ["PUT"])


@pytest.mark.parametrize("name", UPLOADED)
def test_pages_of_the_origins_may_upload_and_read_nothing(everything: Template, name: str) -> None:
    (rule,) = bucket(everything, name)["CorsConfiguration"]["CorsRules"]
    assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == (list(EVERYTHING["origins"]), ["PUT"])


def test_nothing_is_kept_twice_unless_a_stage_asks_for_it(template: Template, stage: str) -> None:
    asked = settings(stage).replicas is not None
    copied = [each.name for each in template.all("AWS::S3::Bucket") if "ReplicationConfiguration" in each.properties]
    assert bool(copied) is asked
    assert any("Replication" in name for name in named(template)) is asked


def test_what_is_kept_for_long_is_copied_version_by_version_and_encrypted_there(everything: Template) -> None:
    replicas: Replicas = EVERYTHING["replicas"]
    copied = {
        name: bucket(everything, name)["ReplicationConfiguration"]
        for name in KEPT
        if "ReplicationConfiguration" in bucket(everything, name).properties
    }
    assert set(copied) == {"DataClaims", "DataInvoices"}
    told = copied["DataClaims"]
    assert told["Role"] == {"Fn::GetAtt": [named(everything)["DataClaimsReplicationRole"], "Arn"]}
    (rule,) = told["Rules"]
    assert (rule["Status"], rule["Filter"]) == ("Enabled", {"Prefix": ""})
    assert rule["DeleteMarkerReplication"] == {"Status": "Disabled"}
    assert rule["SourceSelectionCriteria"] == {"SseKmsEncryptedObjects": {"Status": "Enabled"}}
    assert rule["Destination"] == {
        "Bucket": "arn:aws:s3:::orders-prod-claims-replica-555555555555",
        "Account": "555555555555",
        "AccessControlTranslation": {"Owner": "Destination"},
        "EncryptionConfiguration": {"ReplicaKmsKeyID": replicas.key_arn},
    }


def test_the_copying_role_may_do_exactly_this(everything: Template) -> None:
    names = named(everything)
    source, replicas = names["DataClaims"], EVERYTHING["replicas"]
    role = names["DataClaimsReplicationRole"]
    (trust,) = everything.resources[role]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "s3.amazonaws.com"}
    assert granted(everything, role) == {
        f"${{{source}.Arn}}": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
        f"${{{source}.Arn}}/*": [
            "s3:GetObjectVersionAcl",
            "s3:GetObjectVersionForReplication",
            "s3:GetObjectVersionTagging",
        ],
        "arn:aws:s3:::orders-prod-claims-replica-555555555555/*": [
            "s3:ObjectOwnerOverrideToBucketOwner",
            "s3:ReplicateObject",
            "s3:ReplicateTags",
        ],
        f"${{{names['DataKey']}.Arn}} via s3.{everything.region}.amazonaws.com": ["kms:Decrypt"],
        f"{replicas.key_arn} via s3.eu-central-1.amazonaws.com": ["kms:Encrypt"],
    }
    assert all("Resource" in each for each in statements(everything, role))


def test_copies_in_another_region_of_the_same_account_keep_their_owner() -> None:
    from aws_cdk import App, Duration, Stack  # here, as the environment says first how it is to start
    from aws_cdk import aws_kms as kms
    from aws_cdk.assertions import Template as Synthesized

    from pipeline.cloud.service.buckets import private_bucket
    from pipeline.cloud.service.replication import Replication
    from pipeline.plan.delivery import DELIVERY

    prod = DELIVERY.stages[-1]
    stack = Stack(App(), "orders")
    key = kms.Key(stack, "Key")
    kept = private_bucket(stack, "Claims", key, kept=Duration.days(400), replaced_kept=Duration.days(30))
    near = Replicas(Environment(prod.environment.account, "eu-central-1"), "arn:aws:kms:eu-central-1:4:key/1")
    Replication(stack, "Claims", kept, key, prod, near)
    (made,) = Synthesized.from_stack(stack).find_resources("AWS::S3::Bucket").values()
    (rule,) = made["Properties"]["ReplicationConfiguration"]["Rules"]
    assert set(rule["Destination"]) == {"Bucket", "EncryptionConfiguration"}
