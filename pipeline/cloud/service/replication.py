"""A second place for what a bucket keeps, where a stage asks for it: another region, another account, or both.

Whoever has that place makes it: a bucket of the name of `replica_name`, versioned, and a key there that this account
may use. Where it is another account's, the bucket's policy lets the role below write, and the copies belong to that
account (S3 user guide, "Replicating objects within and across Regions", "Replicating encrypted objects").
"""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from pipeline.plan.model import Replicas, Stage

READS_BUCKET = ("s3:GetReplicationConfiguration", "s3:ListBucket")
READS_VERSIONS = (
    "s3:GetObjectVersionAcl",
    "s3:GetObjectVersionForReplication",
    "s3:GetObjectVersionTagging",
)
WRITES = ("s3:ObjectOwnerOverrideToBucketOwner", "s3:ReplicateObject", "s3:ReplicateTags")


def replica_name(stage: Stage, replicas: Replicas, name: str) -> str:
    """What the bucket is called in which the bucket `name` of a stage is kept a second time."""
    return f"orders-{stage.name}-{name.lower()}-replica-{replicas.environment.account}"


class Replication(Construct):
    """The rule that copies each version of each object, and the role that S3 does it with.

    What is deleted here stays there: a copy that goes with its original is none.
    """

    def __init__(
        self, scope: Construct, name: str, bucket: s3.Bucket, key: kms.IKey, stage: Stage, to: Replicas
    ) -> None:
        super().__init__(scope, f"{name}Replication")
        replica = f"arn:aws:s3:::{replica_name(stage, to, name)}"
        role = self._role(bucket, key, replica, to)
        is_foreign = to.environment.account != stage.environment.account
        destination = s3.CfnBucket.ReplicationDestinationProperty(
            bucket=replica,
            account=to.environment.account if is_foreign else None,
            access_control_translation=(
                s3.CfnBucket.AccessControlTranslationProperty(owner="Destination") if is_foreign else None
            ),
            encryption_configuration=s3.CfnBucket.EncryptionConfigurationProperty(replica_kms_key_id=to.key_arn),
        )
        made = bucket.node.default_child
        if isinstance(made, s3.CfnBucket):
            made.replication_configuration = s3.CfnBucket.ReplicationConfigurationProperty(
                role=role.role_arn,
                rules=[
                    s3.CfnBucket.ReplicationRuleProperty(
                        id="everything",
                        priority=1,
                        status="Enabled",
                        filter=s3.CfnBucket.ReplicationRuleFilterProperty(prefix=""),
                        delete_marker_replication=s3.CfnBucket.DeleteMarkerReplicationProperty(status="Disabled"),
                        source_selection_criteria=s3.CfnBucket.SourceSelectionCriteriaProperty(
                            sse_kms_encrypted_objects=s3.CfnBucket.SseKmsEncryptedObjectsProperty(status="Enabled")
                        ),
                        destination=destination,
                    )
                ],
            )

    def _role(self, bucket: s3.Bucket, key: kms.IKey, replica: str, to: Replicas) -> iam.Role:
        role = iam.Role(  # with its policy beside it: the bucket waits for the role, and the policy for the bucket
            self,
            "Role",
            description="What S3 copies objects with to where they are kept a second time",
            assumed_by=iam.ServicePrincipal("s3.amazonaws.com"),
        )
        via_here = f"s3.{Stack.of(self).region}.amazonaws.com"
        for actions, resource in (
            (READS_BUCKET, bucket.bucket_arn),
            (READS_VERSIONS, bucket.arn_for_objects("*")),
            (WRITES, f"{replica}/*"),
        ):
            role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=[resource]))
        for action, resource, via in (
            ("kms:Decrypt", key.key_arn, via_here),
            ("kms:Encrypt", to.key_arn, f"s3.{to.environment.region}.amazonaws.com"),
        ):
            conditions = {"StringEquals": {"kms:ViaService": via}}
            role.add_to_policy(iam.PolicyStatement(actions=[action], resources=[resource], conditions=conditions))
        return role
