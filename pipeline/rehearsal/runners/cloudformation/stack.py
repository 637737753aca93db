"""One stack in one place, through boto3: its state, its change sets, its end. Waiting looks at the real clock.

Source: the CloudFormation API reference (CreateChangeSet, DescribeChangeSet, ExecuteChangeSet, DescribeStackEvents) and
its quotas: a template goes in the request up to 51,200 bytes, through S3 up to 1 MB.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from botocore.exceptions import ClientError

from pipeline.rehearsal.errors import Broke, Refused
from pipeline.rehearsal.read.template import parse_template
from pipeline.rehearsal.runners.cloudformation.clients import Place
from pipeline.rehearsal.spec import Template

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.literals import CapabilityType
    from mypy_boto3_cloudformation.type_defs import (
        ChangeTypeDef,
        DescribeChangeSetOutputTypeDef,
        ParameterTypeDef,
        StackEventTypeDef,
        StackTypeDef,
    )
    from mypy_boto3_s3.literals import BucketLocationConstraintType

INLINE_BYTES = 51_200
S3_BYTES = 1_000_000

_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
_CANCELLED = ("Resource creation cancelled", "Resource update cancelled", "Resource creation Initiated")

# Statuses of which CloudFormation accepts no update: what to do about each.
STUCK: Mapping[str, str] = {
    "ROLLBACK_COMPLETE": "its first deployment failed; delete the stack, then deploy again",
    "ROLLBACK_FAILED": "its first deployment failed and so did its removal; delete the stack, then deploy again",
    "CREATE_FAILED": "its first deployment failed; delete the stack, then deploy again",
    "DELETE_FAILED": "its removal failed; delete the stack, keeping what can't be deleted",
    "UPDATE_FAILED": "its last update stopped half way; roll it back, then deploy again",
    "UPDATE_ROLLBACK_FAILED": "its last rollback stopped half way; continue it (ContinueUpdateRollback)",
}
SUCCEEDED = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})


@dataclass(frozen=True)
class ChangeSetInput:
    """What a change set is made of. `template` is the file's bytes; parameters and tags are name to value."""

    name: str
    template: bytes
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    capabilities: Sequence["CapabilityType"] = ()
    role: str | None = None


@dataclass(frozen=True)
class ChangeSet:
    """A change set that was made: `empty` when it has nothing to do. `parameters` are name to value, with defaults."""

    name: str
    empty: bool
    changes: Sequence["ChangeTypeDef"]
    parameters: Mapping[str, str] = field(default_factory=dict)


class Stack:
    """A stack by its name in one place. `pause` waits a moment, and raises Cancelled when it is time to stop."""

    def __init__(self, place: Place, name: str, pause: Callable[[], None]) -> None:
        self._place = place
        self._client = place.cloudformation()
        self._pause = pause
        self.name = name

    def status(self) -> str | None:
        """Its status; None where there is no stack, or only the shell of one that a change set waits in."""
        found = self._describe()
        status = None if found is None else str(found["StackStatus"])
        return None if status in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE") else status

    def outputs(self) -> dict[str, str]:
        """Its outputs by name, with addresses that answer on this machine; empty where there is no stack."""
        found = self._describe()
        told = found.get("Outputs", []) if found else []
        return {item["OutputKey"]: self._place.world.local_url(item["OutputValue"]) for item in told}

    def parameters(self) -> dict[str, str]:
        """The values of its parameters by name; empty where there is no stack."""
        found = self._describe()
        return _values(found.get("Parameters", []) if found else [])

    def _describe(self) -> "StackTypeDef | None":
        try:
            return self._client.describe_stacks(StackName=self.name)["Stacks"][0]
        except ClientError as problem:
            if "does not exist" in str(problem):
                return None
            raise

    def template(self, change_set: str | None = None) -> Template:
        """The template that is deployed, or that a change set would deploy."""
        of = {"StackName": self.name} | ({"ChangeSetName": change_set} if change_set else {})
        # boto3 hands a JSON template on as a mapping, any other as the text that it is.
        body: object = self._client.get_template(**of, TemplateStage="Original")["TemplateBody"]
        content = body if isinstance(body, str) else json.dumps(body)
        return parse_template(content.encode(), Path(f"{self.name} as deployed"))

    # -- change sets --------------------------------------------------------------------------------------------------

    def replace_change_set(self, wanted: ChangeSetInput) -> ChangeSet:
        """Make the change set anew; Refused if CloudFormation finds it impossible."""
        kind: Literal["CREATE", "UPDATE"] = "CREATE" if self.status() is None else "UPDATE"
        if self._describe() is not None:
            self._client.delete_change_set(StackName=self.name, ChangeSetName=wanted.name)
        try:
            self._create(wanted, kind)
        except ClientError as problem:
            raise Refused(f"{self.name}: the change set was refused: {_said(problem)}") from problem
        return self.change_set(wanted.name)

    def _create(self, wanted: ChangeSetInput, kind: Literal["CREATE", "UPDATE"]) -> None:
        body, url = self._carried(wanted.template)
        sent = {
            "StackName": self.name,
            "ChangeSetName": wanted.name,
            "ChangeSetType": kind,
            "Capabilities": list(wanted.capabilities),
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in wanted.parameters.items()],
            "Tags": [{"Key": key, "Value": value} for key, value in wanted.tags.items()],
            "TemplateBody": body,
            "TemplateURL": url,
            "RoleARN": wanted.role,
        }
        self._client.create_change_set(**{key: value for key, value in sent.items() if value is not None})  # type: ignore[arg-type]

    def _carried(self, template: bytes) -> tuple[str | None, str | None]:
        """The template itself, or the address that it was put at because it is too long for the request."""
        if len(template) > S3_BYTES:
            raise Refused(f"{self.name}: the template has {len(template):,} bytes, CloudFormation takes {S3_BYTES:,}")
        if len(template) <= INLINE_BYTES:
            return template.decode(), None
        return None, self._uploaded(template)

    def _uploaded(self, template: bytes) -> str:
        s3, region = self._place.s3(), self._place.region
        bucket, key = f"pipeline-templates-{self._place.account}-{region}", f"{self.name}.template"
        try:
            if region == "us-east-1":  # the one region that must not be named
                s3.create_bucket(Bucket=bucket)
            else:
                s3.create_bucket(
                    Bucket=bucket,
                    CreateBucketConfiguration={"LocationConstraint": cast("BucketLocationConstraintType", region)},
                )
        except s3.exceptions.BucketAlreadyOwnedByYou:
            pass  # made for an earlier template
        s3.put_object(Bucket=bucket, Key=key, Body=template)
        return f"{s3.meta.endpoint_url}/{bucket}/{key}"

    def change_set(self, name: str) -> ChangeSet:
        """The change set once it is ready; Refused if it failed for another reason than having nothing to do."""
        changes: list[ChangeTypeDef] = []
        token: str | None = None
        while True:
            told = self._described(name, token)
            status, reason = told["Status"], told.get("StatusReason", "")
            if status in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
                self._pause()
                continue
            if status == "FAILED":
                if any(words in reason for words in _NO_CHANGES):
                    return ChangeSet(name, True, (), _values(told.get("Parameters", [])))
                raise Refused(f"{self.name}: the change set {name} failed: {reason or 'no reason was given'}")
            changes += told.get("Changes", [])
            token = told.get("NextToken")
            if token is None:
                return ChangeSet(name, False, changes, _values(told.get("Parameters", [])))

    def _described(self, name: str, token: str | None) -> "DescribeChangeSetOutputTypeDef":
        try:
            if token is None:
                return self._client.describe_change_set(StackName=self.name, ChangeSetName=name)
            return self._client.describe_change_set(StackName=self.name, ChangeSetName=name, NextToken=token)
        except ClientError as problem:
            if "does not exist" not in str(problem):
                raise
            raise Refused(f"{self.name}: {_said(problem)}; an earlier action must prepare it") from problem

    def execute(self, change_set: str) -> None:
        """Begin to carry it out."""
        try:
            self._client.execute_change_set(StackName=self.name, ChangeSetName=change_set)
        except ClientError as problem:
            raise Refused(f"{self.name}: {change_set} can't be executed: {_said(problem)}") from problem

    def delete(self, role: str | None) -> None:
        """Begin to delete the stack."""
        if role is None:
            self._client.delete_stack(StackName=self.name)
        else:
            self._client.delete_stack(StackName=self.name, RoleARN=role)

    # -- what happened ------------------------------------------------------------------------------------------------

    def event_ids(self) -> frozenset[str]:
        """The events so far: those that come later are of the next operation."""
        return frozenset(event["EventId"] for event in self._events())

    def first_failure(self, before: frozenset[str]) -> str:
        """The first resource that failed since `before`, and why: what failed because of it is not told."""
        later = [event for event in self._events() if event["EventId"] not in before]
        for event in sorted(later, key=lambda event: event["Timestamp"]):
            reason = event.get("ResourceStatusReason", "")
            of_stack = event.get("PhysicalResourceId") == event["StackId"]
            if event.get("ResourceStatus", "").endswith("_FAILED") and not of_stack and reason not in _CANCELLED:
                return f"{event.get('LogicalResourceId')} ({event.get('ResourceType')}): {reason or 'no reason given'}"
        return "no resource says why"

    def _events(self) -> "Iterator[StackEventTypeDef]":
        if self._describe() is None:
            return
        for page in self._client.get_paginator("describe_stack_events").paginate(StackName=self.name):
            yield from page["StackEvents"]

    def aliases(self) -> tuple[tuple[str, str], ...]:
        """Its Lambda aliases as function and alias name, from their ARNs."""
        if self._describe() is None:
            return ()
        pages = self._client.get_paginator("list_stack_resources").paginate(StackName=self.name)
        found = [
            item.get("PhysicalResourceId", "")
            for page in pages
            for item in page["StackResourceSummaries"]
            if item["ResourceType"] == "AWS::Lambda::Alias"
        ]
        return tuple(_alias(arn) for arn in found)

    def weights(self, function: str, alias: str) -> dict[str, float]:
        """The alias's versions and their share of the requests, in percent."""
        told = self._place.aliases().get_alias(FunctionName=function, Name=alias)
        routing = told.get("RoutingConfig") or {}
        more = {
            version: round(share * 100, 3) for version, share in routing.get("AdditionalVersionWeights", {}).items()
        }
        return {str(told["FunctionVersion"]): round(100 - sum(more.values()), 3), **more}


def _values(parameters: "Iterable[ParameterTypeDef]") -> dict[str, str]:
    """Values by name: what stands in SSM for those that it fills."""
    return {
        item.get("ParameterKey", ""): item.get("ResolvedValue") or item.get("ParameterValue", "") for item in parameters
    }


def _alias(arn: str) -> tuple[str, str]:
    """`arn:aws:lambda:region:account:function:name:alias` as name and alias."""
    parts = arn.split(":")
    if len(parts) < 8:
        raise Broke(f"the world names an alias {arn!r}, which is not an ARN")
    return parts[6], parts[7]


def _said(problem: ClientError) -> str:
    return str(problem.response.get("Error", {}).get("Message", problem))
