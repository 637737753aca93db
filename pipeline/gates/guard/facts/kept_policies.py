"""Policies that stand at things: who may reach a bucket, a queue, a key, a table, an API. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.statements import Statement, statements
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.values import named_by
from pipeline.gates.openapi.node import Json, listed

_AT: dict[str, tuple[tuple[str, ...], str]] = {
    "AWS::ApiGateway::RestApi": (("Policy",), ""),
    "AWS::DynamoDB::Table": (("ResourcePolicy", "PolicyDocument"), ""),
    "AWS::EC2::VPCEndpoint": (("PolicyDocument",), ""),
    "AWS::ECR::Repository": (("RepositoryPolicyText",), ""),
    "AWS::EFS::FileSystem": (("FileSystemPolicy",), ""),
    "AWS::Events::EventBus": (("Policy",), ""),
    "AWS::KMS::Key": (("KeyPolicy",), ""),
    "AWS::KMS::ReplicaKey": (("KeyPolicy",), ""),
    "AWS::Kinesis::ResourcePolicy": (("ResourcePolicy",), "ResourceArn"),
    "AWS::Lambda::LayerVersionPermission": ((), "LayerVersionArn"),
    "AWS::Logs::ResourcePolicy": (("PolicyDocument",), ""),
    "AWS::S3::AccessPoint": (("Policy",), ""),
    "AWS::S3::BucketPolicy": (("PolicyDocument",), "Bucket"),
    "AWS::SNS::TopicInlinePolicy": (("PolicyDocument",), "TopicArn"),
    "AWS::SNS::TopicPolicy": (("PolicyDocument",), "Topics"),
    "AWS::SQS::QueueInlinePolicy": (("PolicyDocument",), "Queue"),
    "AWS::SQS::QueuePolicy": (("PolicyDocument",), "Queues"),
    "AWS::SecretsManager::ResourcePolicy": (("ResourcePolicy",), "SecretId"),
}
"""Where each kind keeps its policy, and where it names what the policy stands at, if that is not itself."""

TYPES = tuple(_AT)


@dataclass(frozen=True)
class KeptPolicy:
    """A policy at `guarded`, the logical ids of what it stands at; `where` is the property that holds it."""

    resource: Resource
    guarded: tuple[str, ...]
    where: str
    statements: tuple[Statement, ...]


def kept_policies(stack: Stack) -> Iterator[KeptPolicy]:
    """The policies at things of the stack, in the template's order."""
    for resource in stack.all(*TYPES):
        names, target = _AT[resource.type]
        told = statements(resource.at(*names)) if names else (_by_properties(resource),)
        if told:
            yield KeptPolicy(resource, _guarded(resource, target), ".".join(names), told)


def _guarded(resource: Resource, target: str) -> tuple[str, ...]:
    if not target:
        return (resource.logical_id,)
    told: Json = resource.at(target)
    each = listed(told) if isinstance(told, list) else [told]
    return tuple(name for value in each if (name := named_by(value)))


def _by_properties(resource: Resource) -> Statement:
    """A permission of a layer, which says what a statement says in properties of its own."""
    who = resource.at("Principal")
    return Statement({"Effect": "Allow", "Principal": {"AWS": who}, "Action": resource.at("Action"), "Resource": "*"})
