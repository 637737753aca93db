"""A World in memory, for tests of what uses one: stacks are entries of a dict, and how an operation ends is scripted.

    world = FakeWorld({("222222222222", "orders-beta"): [Ending("CREATE_COMPLETE", outputs={"ApiUrl": "https://…"})]})

Each executed change set takes the next ending of its stack; a stack without one left ends well. Nothing waits: an
operation is over when the next question about it is asked. A service or operation that the fake hasn't is an error.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.world.observation import Happening, Observation

type StackKey = tuple[str, str]
type Document = dict[str, Any]

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Ending:
    """How a stack operation ends, what it outputs then, which resources failed and why, and what is told meanwhile."""

    status: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    told: Sequence[Happening] = ()

    @property
    def good(self) -> bool:
        """Whether what was wanted is there."""
        return self.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")


@dataclass
class FakeStack:
    """A stack as it stands: the template that is in force, and every event so far."""

    name: str
    id: str
    status: str
    template: Document = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    events: list[Document] = field(default_factory=list)
    change_sets: dict[str, Document] = field(default_factory=dict)


class FakeWorld:
    """A World (see world/base.py). `calls` lists what was asked of it: (service, operation, arguments).

    `ended` is how it ended by itself, empty as long as it has not.
    """

    def __init__(self, endings: Mapping[StackKey, Sequence[Ending]] | None = None) -> None:
        self._endings = {key: list(each) for key, each in (endings or {}).items()}
        self._told: list[Observation] = []
        self.stacks: dict[StackKey, FakeStack] = {}
        self.aliases: dict[tuple[str, str, str], Document] = {}
        self.alarms: dict[str, list[Document]] = {}
        self.bootstrapped: set[StackKey] = set()
        self.calls: list[tuple[str, str, Document]] = []
        self.stood_in: dict[str, str] = {}
        self.running = False
        self.ended = ""
        self.denials: list[str] = []

    def start(self) -> None:
        """Answer from now on."""
        self.running = True

    def stop(self) -> None:
        """Answer no more."""
        self.running = False

    def check_alive(self) -> None:
        """Broke with the way it ended, once it has."""
        if self.ended:
            raise Broke(self.ended)

    def denied(self) -> Sequence[str]:
        """What a test says was denied."""
        return tuple(self.denials)

    def bootstrap(self, account: str, region: str) -> None:
        """Remember it."""
        self.bootstrapped.add((account, region))

    def environment(self, account: str, region: str) -> dict[str, str]:
        """Variables that lead nowhere."""
        return {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ACCESS_KEY_ID": account, "AWS_REGION": region}

    @property
    def authority(self) -> Path | None:
        """None: it speaks with nobody."""
        return None

    def client(self, service: str, account: str, region: str) -> Any:
        """A client of the few services that there are."""
        if not self.running:
            raise Broke("the fake world is not running")
        kinds = {"cloudformation": FakeCloudFormation, "lambda": FakeLambda, "cloudwatch": FakeCloudWatch}
        if service not in kinds:
            raise Broke(f"the fake world has no {service}")
        return _Recording(self, service, kinds[service](self, account, region))

    def observations(self, after: int) -> Sequence[Observation]:
        """What the endings told."""
        return [each for each in self._told if each.sequence > after]

    def local_url(self, url: str) -> str:
        """Addresses stay as they are."""
        return url

    def stand_in(self, addresses: Mapping[str, str]) -> None:
        """Remember them."""
        self.stood_in.update(addresses)

    def status(self) -> Mapping[str, Any]:
        """Nothing but that it is a fake."""
        return {"ministack": "fake", "aliases": [], "alarms": [], "not_exercised": ["everything"]}

    def next_ending(self, account: str, stack: str, created: bool) -> Ending:
        """The scripted one, or a good one."""
        left = self._endings.get((account, stack))
        return left.pop(0) if left else Ending("CREATE_COMPLETE" if created else "UPDATE_COMPLETE")

    def tell(self, account: str, region: str, *told: Happening) -> None:
        """Let these be observed."""
        for what in told:
            number = len(self._told) + 1
            self._told.append(Observation(number, float(number), EPOCH.timestamp() + number, account, region, what))


class _Recording:
    """A client that writes down what it is asked; an operation that it hasn't is an AttributeError with its name."""

    def __init__(self, world: FakeWorld, service: str, client: Any) -> None:
        self._world = world
        self._service = service
        self._client = client

    def __getattr__(self, operation: str) -> Any:
        found = getattr(self._client, operation)

        def call(*arguments: Any, **asked: Any) -> Any:
            self._world.calls.append((self._service, operation, asked))
            return found(*arguments, **asked)

        return call


@dataclass(frozen=True)
class _Client:
    world: FakeWorld
    account: str
    region: str


class FakeCloudFormation(_Client):
    """Stacks and change sets."""

    def describe_stacks(self, StackName: str) -> Document:  # noqa: N803  (boto3's own names, here and below)
        """The stack, with its outputs."""
        stack = self._stack(StackName)
        outputs = [{"OutputKey": name, "OutputValue": value} for name, value in stack.outputs.items()]
        return {
            "Stacks": [{"StackName": stack.name, "StackId": stack.id, "StackStatus": stack.status, "Outputs": outputs}]
        }

    def get_template(self, StackName: str, ChangeSetName: str | None = None, **_: Any) -> Document:  # noqa: N803
        """The template in force, or a change set's."""
        stack = self._stack(StackName)
        of = stack.template if ChangeSetName is None else self._change_set(stack, ChangeSetName)["template"]
        return {"TemplateBody": of}

    def create_change_set(
        self,
        StackName: str,  # noqa: N803
        ChangeSetName: str,  # noqa: N803
        TemplateBody: str,  # noqa: N803
        **_: Any,
    ) -> Document:
        """Compare resource by resource."""
        key = (self.account, StackName)
        arn = f"arn:aws:cloudformation:{self.region}:{self.account}:stack/{StackName}/1"
        stack = self.world.stacks.setdefault(key, FakeStack(StackName, arn, "REVIEW_IN_PROGRESS"))
        template = json.loads(TemplateBody)
        stack.change_sets[ChangeSetName] = {"template": template, "changes": differences(stack.template, template)}
        return {"Id": f"{arn}/{ChangeSetName}", "StackId": arn}

    def describe_change_set(self, StackName: str, ChangeSetName: str) -> Document:  # noqa: N803
        """Ready at once; one without changes has failed, as CloudFormation says it."""
        changes = self._change_set(self._stack(StackName), ChangeSetName)["changes"]
        if not changes:
            return {"Status": "FAILED", "StatusReason": "The submitted information didn't contain changes."}
        return {
            "Status": "CREATE_COMPLETE",
            "Changes": [{"Type": "Resource", "ResourceChange": each} for each in changes],
        }

    def delete_change_set(self, StackName: str, ChangeSetName: str) -> Document:  # noqa: N803
        """Forget it."""
        self._stack(StackName).change_sets.pop(ChangeSetName, None)
        return {}

    def execute_change_set(self, StackName: str, ChangeSetName: str) -> Document:  # noqa: N803
        """Come to the scripted end."""
        stack = self._stack(StackName)
        wanted = self._change_set(stack, ChangeSetName)
        ending = self.world.next_ending(self.account, stack.name, created=stack.status == "REVIEW_IN_PROGRESS")
        self.world.tell(self.account, self.region, *ending.told)
        for logical_id, reason in ending.failures.items():
            self._add_event(stack, logical_id, wanted["template"], "UPDATE_FAILED", reason)
        stack.status = ending.status
        if ending.good:
            stack.template, stack.outputs = wanted["template"], ending.outputs
        stack.change_sets.clear()
        return {}

    def delete_stack(self, StackName: str, **_: Any) -> Document:  # noqa: N803
        """Gone at once."""
        self.world.stacks.pop((self.account, StackName), None)
        return {}

    def get_paginator(self, operation: str) -> "_Pages":
        """Pages of one."""
        pages = {"describe_stack_events": self._events, "list_stack_resources": self._resources}
        return _Pages(pages[operation])

    def _events(self, StackName: str) -> Document:  # noqa: N803
        return {"StackEvents": list(reversed(self._stack(StackName).events))}

    def _resources(self, StackName: str) -> Document:  # noqa: N803
        resources = self._stack(StackName).template.get("Resources", {})
        found = [
            {
                "LogicalResourceId": name,
                "ResourceType": each["Type"],
                "PhysicalResourceId": each.get("PhysicalId", name),
            }
            for name, each in resources.items()
        ]
        return {"StackResourceSummaries": found}

    def _add_event(self, stack: FakeStack, logical_id: str, template: Document, status: str, reason: str) -> None:
        number = len(stack.events) + 1
        kind = template.get("Resources", {}).get(logical_id, {}).get("Type", "")
        event = {"EventId": str(number), "StackId": stack.id, "LogicalResourceId": logical_id, "ResourceType": kind}
        at = EPOCH.replace(microsecond=number)
        stack.events.append(event | {"ResourceStatus": status, "ResourceStatusReason": reason, "Timestamp": at})

    def _stack(self, name: str) -> FakeStack:
        if (found := self.world.stacks.get((self.account, name))) is None:
            raise _error("ValidationError", f"Stack with id {name} does not exist", "DescribeStacks")
        return found

    def _change_set(self, stack: FakeStack, name: str) -> Document:
        if (found := stack.change_sets.get(name)) is None:
            raise _error("ChangeSetNotFound", f"ChangeSet [{name}] does not exist", "DescribeChangeSet")
        return found


class FakeLambda(_Client):
    """Aliases, as `world.aliases[account, function, alias]` has them."""

    def get_alias(self, FunctionName: str, Name: str) -> Document:  # noqa: N803
        """The alias."""
        if (found := self.world.aliases.get((self.account, FunctionName, Name))) is None:
            raise _error("ResourceNotFoundException", f"Alias not found: {FunctionName}:{Name}", "GetAlias")
        return found


class FakeCloudWatch(_Client):
    """Alarms, as `world.alarms[account]` has them."""

    def describe_alarms(self, AlarmNames: Sequence[str] = (), **_: Any) -> Document:  # noqa: N803
        """Those of the names, or all."""
        kept = self.world.alarms.get(self.account, [])
        return {"MetricAlarms": [each for each in kept if not AlarmNames or each["AlarmName"] in AlarmNames]}


class _Pages:
    """A paginator whose answers fit on one page."""

    def __init__(self, page: Any) -> None:
        self._page = page

    def paginate(self, **asked: Any) -> Iterator[Document]:
        yield self._page(**asked)


def differences(old: Document, new: Document) -> list[Document]:
    """ResourceChanges from one template to another; a changed type replaces, nothing else does."""
    before, after = old.get("Resources", {}), new.get("Resources", {})
    changes: list[Document] = []
    for name in sorted({*before, *after}):
        kind = {"LogicalResourceId": name, "ResourceType": (after.get(name) or before[name])["Type"]}
        if name not in before:
            changes.append({"Action": "Add", **kind})
        elif name not in after:
            changes.append({"Action": "Remove", **kind})
        elif before[name] != after[name]:
            replaced = "True" if before[name]["Type"] != after[name]["Type"] else "False"
            changes.append({"Action": "Modify", **kind, "Replacement": replaced, "Scope": [], "Details": []})
    return changes


def _error(code: str, message: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)
