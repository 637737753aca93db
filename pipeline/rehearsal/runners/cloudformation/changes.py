"""What a change set would do, in words for people: resources, what holds data, and what no canary protects.

Pure. What the templates say is told as `differences` finds it, since a world may see too little in them or too much;
what only the world can know is added. Source: DescribeChangeSet's ResourceChange, and for what makes a new Lambda
version and thereby a rollout: the `CodeDeployLambdaAliasUpdate` update policy acts only when the alias gets another
version.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.record.events import ResourceChange
from pipeline.rehearsal.read.references import references
from pipeline.rehearsal.runners.cloudformation.differences import Difference
from pipeline.rehearsal.runners.cloudformation.plain import Plain
from pipeline.rehearsal.spec import Template

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import ChangeTypeDef, ResourceChangeDetailTypeDef

VERSION, ALIAS = "AWS::Lambda::Version", "AWS::Lambda::Alias"

# What holds data that a new one of it doesn't have.
STATEFUL = frozenset(
    {
        "AWS::Backup::BackupVault",
        "AWS::CloudFormation::Stack",
        "AWS::Cognito::IdentityPool",
        "AWS::Cognito::UserPool",
        "AWS::DocDB::DBCluster",
        "AWS::DocDB::DBInstance",
        "AWS::DynamoDB::GlobalTable",
        "AWS::DynamoDB::Table",
        "AWS::EC2::Volume",
        "AWS::ECR::Repository",
        "AWS::EFS::FileSystem",
        "AWS::EMR::Cluster",
        "AWS::ElastiCache::CacheCluster",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::ElastiCache::ServerlessCache",
        "AWS::Elasticsearch::Domain",
        "AWS::Events::Archive",
        "AWS::FSx::FileSystem",
        "AWS::KMS::Key",
        "AWS::KMS::ReplicaKey",
        "AWS::Kinesis::Stream",
        "AWS::Logs::LogGroup",
        "AWS::MemoryDB::Cluster",
        "AWS::Neptune::DBCluster",
        "AWS::Neptune::DBInstance",
        "AWS::OpenSearchService::Domain",
        "AWS::Organizations::Account",
        "AWS::QLDB::Ledger",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::RDS::GlobalCluster",
        "AWS::Redshift::Cluster",
        "AWS::S3::Bucket",
        "AWS::S3Express::DirectoryBucket",
        "AWS::S3Tables::Table",
        "AWS::S3Tables::TableBucket",
        "AWS::SDB::Domain",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::SSM::Parameter",
        "AWS::SecretsManager::Secret",
        "AWS::Timestream::Database",
        "AWS::Timestream::Table",
    }
)

# These watch, or move traffic themselves: changing them changes no answer that a user gets.
_REACHES_NOBODY = ("AWS::CDK::Metadata", "AWS::CloudWatch::", "AWS::CodeDeploy::", "AWS::Logs::", VERSION)

FIRST_RELEASE = "first release: everything is new at once, there is no version to shift traffic from"


def resource_changes(differences: Iterable[Difference], told: Iterable["ChangeTypeDef"]) -> tuple[ResourceChange, ...]:
    """The changes from one template to the next, by logical id, and what the described change set adds to them.

    It adds what no template shows: the tags of the whole stack, and parameters whose values are hidden. And no
    replacement or removal that the world announces is left out, whatever the templates say of it.
    """
    found = {each.logical_id: each for each in differences}
    for more in map(_beyond_templates, told):
        if more is not None:
            known = found.get(more.logical_id)
            found[more.logical_id] = more if known is None else _both(known, more)
    return tuple(_change(found[logical_id]) for logical_id in sorted(found))


def _beyond_templates(change: "ChangeTypeDef") -> Difference | None:
    told = change.get("ResourceChange", {})
    lost = told.get("Action") == "Remove" or told.get("Replacement") == "True"
    details = [each for each in told.get("Details", []) if lost or _untemplated(each)]
    if not lost and not details:
        return None
    targets = (each.get("Target", {}) for each in details)
    names = dict.fromkeys(target.get("Name") or target.get("Attribute") or "?" for target in targets)
    return Difference(
        logical_id=told.get("LogicalResourceId", ""),
        resource_type=told.get("ResourceType", ""),
        action="Remove" if told.get("Action") == "Remove" else "Modify",
        replacement="True" if told.get("Replacement") == "True" else "False",
        names=tuple(names),
        kept=told.get("PolicyAction") in ("Retain", "ReplaceAndRetain"),
    )


def _untemplated(detail: "ResourceChangeDetailTypeDef") -> bool:
    of_stack = detail.get("Target", {}).get("Attribute") == "Tags"
    return of_stack or detail.get("ChangeSource") == "ParameterReference"


def _both(ours: Difference, told: Difference) -> Difference:
    """The change that loses more, with the names of both."""
    more = told if _loss(told) > _loss(ours) else ours
    return replace(more, names=tuple(dict.fromkeys((*ours.names, *told.names))))


def _loss(difference: Difference) -> int:
    """What is lost by it: nothing, the resource that was there, or every such resource."""
    if difference.action == "Remove":
        return 2
    return 1 if difference.replacement == "True" else 0


def _change(difference: Difference) -> ResourceChange:
    parts = [", ".join(difference.names)] if difference.names else []
    if difference.replacement == "Conditional":
        parts.append("may be replaced")
    if difference.old_type is not None:
        parts.append(f"it was an {difference.old_type}")
    if difference.loses:
        parts.append(difference.loses)
    if difference.kept:
        parts.append("the old one is kept")
    return ResourceChange(
        logical_id=difference.logical_id,
        resource_type=difference.resource_type,
        action="Replace" if difference.replacement == "True" else difference.action,
        stateful=(difference.old_type or difference.resource_type) in STATEFUL,  # what is lost is the old one
        because="; ".join(parts),
        may_be_replaced=difference.replacement == "Conditional",
        loses=difference.loses,
    )


def shifted_aliases(old: Template | None, new: Template) -> tuple[str, ...]:
    """The aliases that CodeDeploy will move: they were there, have the update policy, and point to another version."""
    if old is None:
        return ()
    return tuple(
        alias.logical_id
        for alias in new.of_type(ALIAS)
        if "CodeDeployLambdaAliasUpdate" in alias.update_policy
        and alias.logical_id in old.resources
        and old.resources[alias.logical_id].properties.get("FunctionVersion") != alias.properties.get("FunctionVersion")
    )


def not_canaried(old: Template | None, new: Template, changes: Sequence[ResourceChange]) -> tuple[str, ...]:
    """The changes that reach users at once, since no new Lambda version carries them: one line each."""
    if old is None:
        return (FIRST_RELEASE,)
    carried = {*_carried(old, new), *_following(old, new, changes)}
    return tuple(
        f"{change.logical_id} ({change.resource_type}): {_kind(change)}"
        for change in changes
        if change.logical_id not in carried and not change.resource_type.startswith(_REACHES_NOBODY)
    )


def _carried(old: Template, new: Template) -> Iterator[str]:
    """The aliases that are shifted, and their functions where a new version takes up what changed in them."""
    for alias in shifted_aliases(old, new):
        yield alias
        for function in references(new.resources[alias].properties.get("FunctionName")):
            if function.logical_id in new.resources:
                yield function.logical_id


def _following(old: Template, new: Template, changes: Sequence[ResourceChange]) -> Iterator[str]:
    """What changes only because it names the function version of this release: a traffic hook and what it may do."""
    before, after = Plain(old), Plain(new)
    for change in changes:
        if not change.resource_type.startswith(("AWS::IAM::", "AWS::Lambda::Function")):
            continue
        was, is_now = old.resources.get(change.logical_id), new.resources.get(change.logical_id)
        # One that is written as it was changes because what it names is replaced: that reaches users.
        rewritten = was is not None and is_now is not None and was.properties != is_now.properties
        if rewritten and before.of(change.logical_id) == after.of(change.logical_id):
            yield change.logical_id


def _kind(change: ResourceChange) -> str:
    if change.because == "Tags":
        return "tags only"
    word = {"Add": "added", "Modify": "changed", "Remove": "removed", "Replace": "replaced"}[change.action]
    return f"{word}, {change.because}" if change.because else word
