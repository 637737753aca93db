"""What of a release reaches everybody before a new version gets its first request. Pure.

Source: the `CodeDeployLambdaAliasUpdate` update policy acts when an alias gets another version, and nothing else waits
for it. Code, settings, memory and description of a function make a version; its reserved concurrency, tags and role do
not (CloudFormation user guide, "UpdatePolicy attribute"; Lambda developer guide, "Manage Lambda function versions").
"""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.api import ALIAS, FUNCTION, VERSION
from pipeline.gates.guard.facts.functions import function_of
from pipeline.gates.guard.facts.tags import NAMES, tags
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.values import at, names_in

_KINDS = (
    ("roles, policies and permissions", ("AWS::IAM::", "AWS::Lambda::Permission", "AWS::KMS::Key")),
    (
        "policies of queues, topics, buckets and secrets",
        (
            "AWS::SQS::QueuePolicy",
            "AWS::SNS::TopicPolicy",
            "AWS::S3::BucketPolicy",
            "AWS::SecretsManager::ResourcePolicy",
        ),
    ),
    ("tables", ("AWS::DynamoDB::",)),
    ("parts of the API", ("AWS::ApiGateway::", "AWS::ApiGatewayV2::", "AWS::WAFv2::")),
    ("parts of sign-in", ("AWS::Cognito::",)),
    ("functions without a new version, or without a rollout of it", (FUNCTION, ALIAS)),
)
OTHERS = "queues, events, buckets and other resources"
TAGS = "resources with other tags alone"
_REACHES_NOBODY = ("AWS::CDK::Metadata", "AWS::CloudWatch::", "AWS::CodeDeploy::", "AWS::Logs::", VERSION)
"""These watch, or move traffic themselves: no caller gets another answer by them."""


def uncanaried(before: Stack, after: Stack) -> Iterator[tuple[str, Resource]]:
    """The resources that are new, gone or changed and wait for no rollout, each with the kind of it."""
    shifted = {*_shifted(before, after), *_hooks(after)}
    for name in dict.fromkeys((*before.resources, *after.resources)):
        old, new = before.resources.get(name), after.resources.get(name)
        resource = new or old
        if resource is None or resource.type.startswith(_REACHES_NOBODY) or name in shifted:
            continue
        if old is None or new is None or _without_tags(old) != _without_tags(new):
            yield kind_of(resource.type), resource
        elif tags(old) != tags(new):
            yield TAGS, resource


def kind_of(resource_type: str) -> str:
    """What a type is called here."""
    return next((kind for kind, starts in _KINDS if resource_type.startswith(starts)), OTHERS)


def rolled_out(before: Stack, after: Stack) -> tuple[Resource, ...]:
    """The aliases that CodeDeploy moves to another version."""
    return tuple(
        alias
        for alias in after.all(ALIAS)
        if at(alias.body, "UpdatePolicy", "CodeDeployLambdaAliasUpdate") is not None
        and (old := before.resources.get(alias.logical_id)) is not None
        and old.at("FunctionVersion") != alias.at("FunctionVersion")
    )


def _shifted(before: Stack, after: Stack) -> Iterator[str]:
    """The functions that change with a version that is rolled out, and the aliases that move to it.

    A function that is given another reserved concurrency as well does not wait with that.
    """
    for alias in rolled_out(before, after):
        yield alias.logical_id
        function = function_of(after, alias.at("FunctionName"))
        old = before.resources.get(function.logical_id) if function else None
        if function and old and _at_once(old) == _at_once(function):
            yield function.logical_id


def _hooks(stack: Stack) -> Iterator[str]:
    """The functions that a rollout asks: they serve nobody."""
    for alias in stack.all(ALIAS):
        policy = at(alias.body, "UpdatePolicy", "CodeDeployLambdaAliasUpdate")
        yield from names_in([at(policy, "BeforeAllowTrafficHook"), at(policy, "AfterAllowTrafficHook")])


def _at_once(function: Resource) -> object:
    return function.at("ReservedConcurrentExecutions")


def _without_tags(resource: Resource) -> object:
    properties = {name: value for name, value in resource.properties.items() if name not in NAMES}
    return {**resource.body, "Properties": properties, "Metadata": None, "DependsOn": None}
