"""What a change set would do, in words for people: resources, what holds data, and what no canary protects.

Pure. Source: DescribeChangeSet's ResourceChange, and for what makes a new Lambda version and thereby a rollout: the
`CodeDeployLambdaAliasUpdate` update policy acts only when the alias gets another version.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from pipeline.record.events import ResourceChange
from pipeline.rehearsal.runners.cloudformation.plain import Plain
from pipeline.rehearsal.spec import Json, Template

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import ChangeTypeDef, ResourceChangeTypeDef

VERSION, ALIAS = "AWS::Lambda::Version", "AWS::Lambda::Alias"

# What holds data that a new one of it doesn't have.
STATEFUL = frozenset(
    {
        "AWS::Cognito::IdentityPool",
        "AWS::Cognito::UserPool",
        "AWS::DocDB::DBCluster",
        "AWS::DynamoDB::GlobalTable",
        "AWS::DynamoDB::Table",
        "AWS::ECR::Repository",
        "AWS::EFS::FileSystem",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::Events::Archive",
        "AWS::KMS::Key",
        "AWS::Kinesis::Stream",
        "AWS::Logs::LogGroup",
        "AWS::Neptune::DBCluster",
        "AWS::OpenSearchService::Domain",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::S3::Bucket",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::SSM::Parameter",
        "AWS::SecretsManager::Secret",
    }
)

# These watch, or move traffic themselves: changing them changes no answer that a user gets.
_REACHES_NOBODY = ("AWS::CDK::Metadata", "AWS::CloudWatch::", "AWS::CodeDeploy::", "AWS::Logs::", VERSION)

FIRST_RELEASE = "first release: everything is new at once, there is no version to shift traffic from"


def resource_changes(changes: Iterable["ChangeTypeDef"]) -> tuple[ResourceChange, ...]:
    """The changes of a described change set; changes of nothing but template metadata are left out."""
    found = (_change(change["ResourceChange"]) for change in changes if "ResourceChange" in change)
    return tuple(change for change in found if change is not None)


def _change(told: "ResourceChangeTypeDef") -> ResourceChange | None:
    if told.get("Action") == "Modify" and set(told.get("Scope", [])) == {"Metadata"}:
        return None
    kind = told.get("ResourceType", "")
    return ResourceChange(
        logical_id=told.get("LogicalResourceId", ""),
        resource_type=kind,
        action=_action(told),
        stateful=kind in STATEFUL,
        because=_because(told),
    )


def _action(told: "ResourceChangeTypeDef") -> Literal["Add", "Modify", "Remove", "Replace"]:
    match told.get("Action"):
        case "Add" | "Import":
            return "Add"
        case "Remove":
            return "Remove"
        case _:
            return "Replace" if told.get("Replacement") == "True" else "Modify"


def _because(told: "ResourceChangeTypeDef") -> str:
    names: dict[str, None] = {}
    for detail in told.get("Details", []):
        target = detail.get("Target", {})
        names[target.get("Name") or target.get("Attribute") or "?"] = None
    parts = [", ".join(names)] if names else []
    if told.get("Replacement") == "Conditional":
        parts.append("may be replaced")
    if told.get("PolicyAction") in ("Retain", "ReplaceAndRetain"):
        parts.append("the old one is kept")
    return "; ".join(parts)


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
    carried = {*_carried(old, new), *_same_grants(old, new, changes)}
    return tuple(
        f"{change.logical_id} ({change.resource_type}): {_kind(change)}"
        for change in changes
        if change.logical_id not in carried and not change.resource_type.startswith(_REACHES_NOBODY)
    )


def _carried(old: Template, new: Template) -> Iterator[str]:
    """The aliases that are shifted, and their functions where a new version takes up what changed in them."""
    for alias in shifted_aliases(old, new):
        yield alias
        function = _refers_to(new.resources[alias].properties.get("FunctionName"))
        if function in new.resources:
            yield function


def _same_grants(old: Template, new: Template, changes: Sequence[ResourceChange]) -> Iterator[str]:
    """Policies that change only because they name the function version of this release, as a traffic hook's do."""
    before, after = Plain(old), Plain(new)
    for change in changes:
        if not change.resource_type.startswith("AWS::IAM::"):
            continue
        there = change.logical_id in old.resources and change.logical_id in new.resources
        if there and before.of(change.logical_id) == after.of(change.logical_id):
            yield change.logical_id


def _refers_to(value: Json) -> str:
    if isinstance(value, dict):
        target = value.get("Ref") or value.get("Fn::GetAtt")
        return str(target[0]) if isinstance(target, list) else str(target)
    return str(value)


def _kind(change: ResourceChange) -> str:
    if change.because == "Tags":
        return "tags only"
    word = {"Add": "added", "Modify": "changed", "Remove": "removed", "Replace": "replaced"}[change.action]
    return f"{word}, {change.because}" if change.because else word
