"""A world that follows a script: stacks in memory, and deployments that go as the script says.

It answers the calls that the CloudFormation runner makes, in the shapes of boto3. An update goes on for as many looks
at the stack as the script has steps, each of which lets the world tell what it observed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from pipeline.rehearsal.world import observation as seen
from pipeline.rehearsal.world.observation import Observation

REPLACING = {"TableName", "KeySchema"}
_START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Canary:
    """How a deployment goes: what the new version answers in each second, and the alarm that fires at the end.

    `lost` leaves out its end: the world forgets to tell it. `silent` tells nothing at all.
    """

    config: str = "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    requests: Sequence[int] = (5, 5)
    failed: Sequence[int] = (0, 0)
    alarm: str | None = None
    measured: float = 0.0
    limit: float = 1.0
    unit: str = "%"
    hook: str = "Succeeded"
    failures: Mapping[str, int] = field(default_factory=dict)
    lost: bool = False
    silent: bool = False


@dataclass
class FakeStack:
    """A stack: its template, what it is doing, and the steps that its operation still has."""

    name: str
    account: str
    region: str
    template: dict[str, Any] = field(default_factory=dict)
    status: str = "REVIEW_IN_PROGRESS"
    outputs: dict[str, str] = field(default_factory=dict)
    change_sets: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    steps: list[list[seen.Happening]] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    parameters: list[dict[str, str]] = field(default_factory=list)
    end: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"arn:aws:cloudformation:{self.region}:{self.account}:stack/{self.name}/1"

    def resources(self, kind: str) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.template.get("Resources", {})
        return {name: item for name, item in found.items() if item["Type"] == kind}

    def event(self, logical_id: str, kind: str, status: str, reason: str = "") -> None:
        number = len(self.events)
        self.events.append(
            {
                "EventId": f"{self.name}-{number}",
                "StackId": self.id,
                "Timestamp": _START + timedelta(seconds=number),
                "LogicalResourceId": logical_id,
                "PhysicalResourceId": self.id if kind == "AWS::CloudFormation::Stack" else logical_id,
                "ResourceType": kind,
                "ResourceStatus": status,
                "ResourceStatusReason": reason,
            }
        )


class FakeWorld:
    """Satisfies the runner's World. Both are by stack name: how a canary goes, and which resource can't be made.

    One that is `blind` sees no difference between two templates.
    """

    def __init__(self, canaries: Mapping[str, Canary] | None = None, fails: Mapping[str, str] | None = None) -> None:
        self.canaries = dict(canaries or {})
        self.fails = dict(fails or {})
        self.blind = False
        self.stacks: dict[tuple[str, str, str], FakeStack] = {}
        self.told: list[Observation] = []
        self.uploads: dict[str, bytes] = {}

    def client(self, service: str, account: str, region: str) -> Any:
        doors = {
            "cloudformation": FakeCloudFormation,
            "lambda": FakeLambda,
            "cloudwatch": FakeCloudWatch,
            "s3": FakeS3,
        }
        return doors[service](self, account, region)

    def observations(self, after: int) -> Sequence[Observation]:
        return self.told[after:]

    def local_url(self, url: str) -> str:
        return url.replace("https://api.aws", "http://127.0.0.1:1")

    def deploy(self, account: str, region: str, name: str, template: Mapping[str, Any]) -> FakeStack:
        """A stack that is there already."""
        stack = FakeStack(name, account, region, deepcopy(dict(template)), "CREATE_COMPLETE")
        stack.outputs = outputs_of(stack.template)
        stack.versions = dict.fromkeys(stack.resources("AWS::Lambda::Alias"), "1")
        self.stacks[account, region, name] = stack
        return stack

    def tell(self, stack: FakeStack, what: seen.Happening) -> None:
        number = len(self.told) + 1
        self.told.append(Observation(number, float(number), 1000.0 + 30 * number, stack.account, stack.region, what))


def outputs_of(template: Mapping[str, Any]) -> dict[str, str]:
    return {name: item["Value"] for name, item in template.get("Outputs", {}).items()}


class _Door:
    def __init__(self, world: FakeWorld, account: str, region: str) -> None:
        self.world = world
        self.account = account
        self.region = region

    def find(self, name: str) -> FakeStack:
        stack = self.world.stacks.get((self.account, self.region, name))
        if stack is None:
            raise error("DescribeStacks", f"Stack with id {name} does not exist")
        return stack


def error(operation: str, message: str, code: str = "ValidationError") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


class FakeCloudFormation(_Door):
    """CloudFormation, as far as the runner asks it."""

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        stack = self.find(StackName)
        self._advance(stack)
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in stack.outputs.items()]
        told = {"StackId": stack.id, "StackStatus": stack.status, "Outputs": outputs, "Parameters": stack.parameters}
        return {"Stacks": [told]}

    def _advance(self, stack: FakeStack) -> None:
        if not stack.end:
            return
        if stack.steps:
            for what in stack.steps.pop(0):
                self.world.tell(stack, what)
            return
        stack.status = stack.end["status"]
        stack.template, stack.outputs, stack.versions = stack.end["after"]
        stack.end = {}
        if stack.status == "DELETE_COMPLETE":
            del self.world.stacks[self.account, self.region, stack.name]

    def get_template(self, StackName: str, TemplateStage: str = "", ChangeSetName: str = "") -> dict[str, Any]:  # noqa: ARG002, N803
        stack = self.find(StackName)
        return {"TemplateBody": stack.change_sets[ChangeSetName]["template"] if ChangeSetName else stack.template}

    def delete_change_set(self, StackName: str, ChangeSetName: str) -> None:  # noqa: N803
        self.find(StackName).change_sets.pop(ChangeSetName, None)

    def create_change_set(self, **told: Any) -> None:
        key = (self.account, self.region, told["StackName"])
        if told["ChangeSetType"] == "CREATE" and key not in self.world.stacks:
            self.world.stacks[key] = FakeStack(told["StackName"], self.account, self.region)
        stack = self.find(told["StackName"])
        text = told.get("TemplateBody") or self.world.uploads[told["TemplateURL"]].decode()
        new = json.loads(text)
        if "bad" in new.get("Description", ""):
            raise error("CreateChangeSet", "Template format error: it is bad")
        changes = [] if self.world.blind else list(differences(stack.template, new))
        stack.change_sets[told["ChangeSetName"]] = {"template": new, "changes": changes, "told": told}

    def describe_change_set(self, StackName: str, ChangeSetName: str) -> dict[str, Any]:  # noqa: N803
        stack = self.find(StackName)
        made = stack.change_sets.get(ChangeSetName)
        if made is None:
            raise error("DescribeChangeSet", f"ChangeSet [{ChangeSetName}] does not exist", "ChangeSetNotFound")
        parameters = made["told"].get("Parameters", [])
        if not made["changes"] and parameters == stack.parameters:
            return {"Status": "FAILED", "StatusReason": "The submitted information didn't contain changes."}
        return {"Status": "CREATE_COMPLETE", "Changes": made["changes"], "Parameters": parameters}

    def execute_change_set(self, StackName: str, ChangeSetName: str) -> None:  # noqa: N803
        stack = self.find(StackName)
        first = stack.status == "REVIEW_IN_PROGRESS"
        kind = "CREATE" if first else "UPDATE"
        new = stack.change_sets[ChangeSetName]["template"]
        stack.parameters = stack.change_sets[ChangeSetName]["told"].get("Parameters", [])
        old = (stack.template, stack.outputs, stack.versions)
        stack.status = f"{kind}_IN_PROGRESS"
        stack.template = new
        versions = {alias: _version(old, new, alias) for alias in stack.resources("AWS::Lambda::Alias")}
        after: tuple[Any, Any, Any] = (new, outputs_of(new), versions)
        stack.end = {"status": f"{kind}_COMPLETE", "after": after}
        stack.steps = [[]]
        if stack.name in self.world.fails:
            logical_id = self.world.fails[stack.name]
            stack.event(logical_id, new["Resources"][logical_id]["Type"], f"{kind}_FAILED", "it can't be made")
            stack.event("Other", "AWS::SNS::Topic", f"{kind}_FAILED", f"Resource {kind.lower()} cancelled")
            stack.end = {"status": "ROLLBACK_COMPLETE" if first else "UPDATE_ROLLBACK_COMPLETE", "after": old}
        elif not first and versions != old[2]:
            self._roll_out(stack, old, versions)

    def _roll_out(self, stack: FakeStack, old: tuple[Any, Any, dict[str, str]], versions: dict[str, str]) -> None:
        canary = self.world.canaries.get(stack.name, Canary())
        if canary.silent:
            return
        for alias, version in versions.items():
            if version != old[2].get(alias):
                stack.steps += list(_deployment(stack, alias, old[2][alias], version, canary))
        if canary.alarm or canary.hook == "Failed":
            stack.event("Alias", "AWS::Lambda::Alias", "UPDATE_FAILED", "Deployment failed")
            stack.end = {"status": "UPDATE_ROLLBACK_COMPLETE", "after": old}

    def delete_stack(self, StackName: str, RoleARN: str = "") -> None:  # noqa: ARG002, N803
        stack = self.find(StackName)
        stack.status = "DELETE_IN_PROGRESS"
        stack.end = {"status": "DELETE_COMPLETE", "after": ({}, {}, {})}

    def get_paginator(self, operation: str) -> "_Paginator":
        return _Paginator(self, operation)


class _Paginator:
    def __init__(self, door: FakeCloudFormation, operation: str) -> None:
        self._door = door
        self._operation = operation

    def paginate(self, StackName: str) -> Iterator[dict[str, Any]]:  # noqa: N803
        stack = self._door.find(StackName)
        if self._operation == "describe_stack_events":
            yield {"StackEvents": list(reversed(stack.events))}
        else:
            yield {"StackResourceSummaries": [_summary(stack, name) for name in stack.template.get("Resources", {})]}


def _summary(stack: FakeStack, name: str) -> dict[str, Any]:
    resource = stack.template["Resources"][name]
    physical = name
    if resource["Type"] == "AWS::Lambda::Alias":
        physical = f"arn:aws:lambda:{stack.region}:{stack.account}:function:{stack.name}-{name}:live"
    return {"LogicalResourceId": name, "ResourceType": resource["Type"], "PhysicalResourceId": physical}


def _version(old: tuple[Any, Any, dict[str, str]], new: dict[str, Any], alias: str) -> str:
    before = old[0].get("Resources", {}).get(alias)
    if before is None:
        return "1"
    same = before["Properties"]["FunctionVersion"] == new["Resources"][alias]["Properties"]["FunctionVersion"]
    return old[2][alias] if same else str(int(old[2][alias]) + 1)


def _deployment(stack: FakeStack, alias: str, old: str, new: str, canary: Canary) -> Iterator[list[seen.Happening]]:
    name, function = f"d-{stack.name}-{alias}", f"{stack.name}-{alias}"
    watched = (canary.alarm,) if canary.alarm else ()
    yield [
        seen.DeploymentStarted(name, "app", "group", function, "live", old, new, canary.config, watched),
        seen.LifecycleEvent(name, "BeforeAllowTraffic", "InProgress"),
        seen.LifecycleEvent(name, "BeforeAllowTraffic", canary.hook),
    ]
    if canary.hook == "Succeeded":
        yield [
            seen.LifecycleEvent(name, "AllowTraffic", "InProgress"),
            seen.WeightsSet(function, "live", {old: 0.9, new: 0.1}, name),
        ]
    for requests, failed in zip(canary.requests, canary.failed, strict=True):
        yield [
            seen.CanarySample(
                deployment=name,
                function=function,
                alias="live",
                weight=0.1,
                new=seen.VersionSample(new, requests, 0, failed, 2.0, 9.0),
                old=seen.VersionSample(old, 9 * requests, 0, 0, 2.0, 9.0),
                failures={key: count for key, count in canary.failures.items() if failed},
                measured={canary.alarm: canary.measured} if canary.alarm else {},
            )
        ]
    if canary.alarm:
        yield [
            seen.AlarmChanged(
                canary.alarm, "OK", "ALARM", "over the limit", canary.measured, canary.limit, canary.unit, "Errors"
            )
        ]
    broken = bool(canary.alarm) or canary.hook == "Failed"
    status, reason = ("Failed", "rolled back") if broken else ("Succeeded", "")
    if not canary.lost:
        yield [seen.DeploymentFinished(name, function, "live", status, broken, reason)]


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The changes between two templates, as DescribeChangeSet would tell them."""
    before, after = old.get("Resources", {}), new.get("Resources", {})
    for name in sorted({*before, *after}):
        kind = (after.get(name) or before[name])["Type"]
        told: dict[str, Any] = {"LogicalResourceId": name, "ResourceType": kind}
        if name not in before:
            told["Action"] = "Add"
        elif name not in after:
            told["Action"] = "Remove"
        elif before[name] == after[name]:
            continue
        else:
            told |= _modified(before[name].get("Properties", {}), after[name].get("Properties", {}))
        yield {"Type": "Resource", "ResourceChange": told}


def _modified(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    changed = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
    details = [{"Target": {"Attribute": "Properties", "Name": key}} for key in changed]
    replaced = "True" if REPLACING.intersection(changed) else "False"
    return {"Action": "Modify", "Replacement": replaced, "Scope": ["Properties"], "Details": details}


class FakeLambda(_Door):
    """Lambda's aliases."""

    def get_alias(self, FunctionName: str, Name: str) -> dict[str, Any]:  # noqa: ARG002, N803
        for stack in self.world.stacks.values():
            for alias, version in stack.versions.items():
                if FunctionName == f"{stack.name}-{alias}":
                    return {"FunctionVersion": version, "RoutingConfig": {}}
        raise error("GetAlias", f"Function not found: {FunctionName}", "ResourceNotFoundException")


class FakeCloudWatch(_Door):
    """Alarms with the limit of the script."""

    def describe_alarms(self, AlarmNames: list[str]) -> dict[str, Any]:  # noqa: N803
        limits = {canary.alarm: canary.limit for canary in self.world.canaries.values()}
        return {"MetricAlarms": [{"AlarmName": name, "Threshold": limits[name]} for name in AlarmNames]}


class _BucketThere(Exception):
    """The bucket was made before."""


class FakeS3(_Door):
    """A place for long templates."""

    meta = SimpleNamespace(endpoint_url="http://127.0.0.1:1")
    exceptions = SimpleNamespace(BucketAlreadyOwnedByYou=_BucketThere)

    def create_bucket(self, **told: Any) -> None:
        """Buckets are there already after the first time."""
        if self.world.uploads:
            raise _BucketThere(told["Bucket"])

    def put_object(self, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803
        self.world.uploads[f"{self.meta.endpoint_url}/{Bucket}/{Key}"] = Body
