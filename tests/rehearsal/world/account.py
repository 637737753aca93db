"""An account of the local AWS, as the tests use it: deploy a template, call an API, wait for something."""

import http.client
import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pipeline.rehearsal.world.emulator.world import EmulatorWorld
from pipeline.rehearsal.world.observation import Happening

REGION = "eu-west-1"
PATIENCE_S = 20.0

type Template = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What an API answered."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def json(self) -> Any:
        """The body as a document."""
        return json.loads(self.body)


class Account:
    """One account in one region."""

    def __init__(self, world: EmulatorWorld, number: str) -> None:
        self.world = world
        self.number = number

    def client(self, service: str) -> Any:
        """A boto3 client."""
        return self.world.client(service, self.number, REGION)

    def deploy(self, template: Template, name: str = "stack") -> "Deployed":
        """Create or update a stack and wait for its end, whatever it is."""
        return self.begin(template, name)()

    def begin(self, template: Template, name: str = "stack", patience: float = PATIENCE_S) -> "Callable[[], Deployed]":
        """Create or update a stack; call the result to wait for its end, for `patience` seconds."""
        cloudformation = self.client("cloudformation")
        kept = {stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]}
        change = cloudformation.update_stack if name in kept else cloudformation.create_stack
        change(StackName=name, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_NAMED_IAM"])
        return lambda: self.wait(name, patience)

    def wait(self, name: str = "stack", patience: float = PATIENCE_S) -> "Deployed":
        """The stack when its operation is over."""
        cloudformation = self.client("cloudformation")
        deadline = time.monotonic() + patience
        while True:
            stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
            if not stack["StackStatus"].endswith("_IN_PROGRESS"):
                outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}
                return Deployed(self, name, stack["StackStatus"], outputs)
            assert time.monotonic() < deadline, f"{name} is still {stack['StackStatus']}"
            time.sleep(0.01)

    def call(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: object = None,
    ) -> Answer:
        """Call an API by its address on AWS."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = dict(headers or {}) if body is None else {"Content-Type": "application/json", **(headers or {})}
        address = urlsplit(self.world.local_url(url))
        connection = self._connection(address.netloc)
        try:
            path = f"{address.path}?{address.query}" if address.query else address.path
            connection.request(method, path, None if body is None else data, given)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read().decode())
        finally:
            connection.close()

    def _connection(self, place: str) -> http.client.HTTPConnection:
        if self.world.authority is None:
            return http.client.HTTPConnection(place, timeout=PATIENCE_S)
        trusted = ssl.create_default_context(cafile=self.world.authority)
        return http.client.HTTPSConnection(place, timeout=PATIENCE_S, context=trusted)

    def happenings[Kind: Happening](self, kind: type[Kind]) -> list[Kind]:
        """What the world told of this account, of one kind."""
        return [each for each in self.everything() if isinstance(each, kind)]

    def everything(self) -> list[Happening]:
        """All that the world told of this account, in its order."""
        told: list[Happening] = []
        after = 0
        while batch := self.world.observations(after):
            after = batch[-1].sequence
            told += [each.what for each in batch if each.account == self.number]
        return told

    def pause(self, seconds: float) -> None:
        """Let the world go on for so many real seconds."""
        time.sleep(seconds)

    def until[Found](self, look: Callable[[], Found | None], what: str, patience: float = PATIENCE_S) -> Found:
        """Wait until `look` finds something, for `patience` seconds."""
        deadline = time.monotonic() + patience
        while not (found := look()):
            assert time.monotonic() < deadline, f"{what} did not come"
            time.sleep(0.01)
        return found


@dataclass(frozen=True)
class Deployed:
    """A stack after an operation."""

    account: Account
    name: str
    status: str
    outputs: Mapping[str, str]

    def physical(self, logical_id: str) -> str:
        """A resource's own name."""
        client = self.account.client("cloudformation")
        found = client.describe_stack_resource(StackName=self.name, LogicalResourceId=logical_id)
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def failures(self) -> list[str]:
        """`LogicalId: reason` of every resource that failed, newest first."""
        events = self.account.client("cloudformation").describe_stack_events(StackName=self.name)["StackEvents"]
        return [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
            for event in events
            if event["ResourceStatus"].endswith("_FAILED")
        ]
