"""A world that follows a script, a runner, and the artifact that it deploys."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.record.events import Commit, Event
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.read.routes import Route
from pipeline.rehearsal.runners.base import ActionResult
from pipeline.rehearsal.runners.cloudformation.clients import TrafficCounts
from pipeline.rehearsal.runners.cloudformation.runner import CloudFormationRunner, Release
from pipeline.rehearsal.spec import Action
from tests.rehearsal.fake_world import FakeWorld
from tests.unit.pipeline.rehearsal.runners.context import context_of

PROD, REGION, STACK = "444444444444", "eu-west-1", "prod-orders"
KEY = (PROD, REGION, STACK)
OLD, NEW = Commit("old-commit", "Sell", "Ada"), Commit("new-commit", "Sell gift cards", "Ada")


def service(version: int = 1, **more: Any) -> dict[str, Any]:
    """A template with a function, a version of it and its alias."""
    pointer = {"FunctionVersion": {"Fn::GetAtt": [f"Version{version}", "Version"]}, "FunctionName": {"Ref": "Function"}}
    policy = {"CodeDeployLambdaAliasUpdate": {"ApplicationName": "a", "DeploymentGroupName": "g"}}
    resources = {
        "Function": {"Type": "AWS::Lambda::Function", "Properties": {"MemorySize": 128 * version}},
        f"Version{version}": {"Type": "AWS::Lambda::Version", "Properties": {}},
        "Alias": {"Type": "AWS::Lambda::Alias", "Properties": pointer, "UpdatePolicy": policy},
    }
    return {"Resources": resources, "Outputs": {"ApiUrl": {"Value": "https://api.aws/live"}}, **more}


def deploying(mode: str, **told: str) -> Action:
    configuration = {"ActionMode": mode, "StackName": STACK, **told}
    role = f"arn:aws:iam::{PROD}:role/deploy"
    return Action("Deploy", "Deploy", "AWS", "CloudFormation", "1", 1, configuration, ("Synth",), role=role)


class Flow:
    """Traffic that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def start(self, stage: str, outputs: Mapping[str, str], watched: Sequence[Route] = ()) -> None:
        self.told.append((stage, dict(outputs), *watched))

    def stop(self) -> TrafficCounts:
        self.told.append("stop")
        return TrafficCounts(0, 0)


class Bench:
    """A world, a runner, and a folder with the artifact that is deployed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = FakeWorld()
        self.events: list[Event] = []
        self.cancel = Cancel()
        self.commit = NEW
        self.traffic = Flow()
        self.live: dict[tuple[str, str, str], Commit] = {}
        self.synth = folder / "Synth"
        self.synth.mkdir()

    def template(self, document: Mapping[str, Any], **files: Any) -> None:
        (self.synth / "t.json").write_text(json.dumps(document))
        for name, content in files.items():
            (self.synth / f"{name}.json").write_text(json.dumps(content))

    def run(self, action: Action, clock: Any = lambda: 0.0) -> ActionResult:
        release = Release(("111111111111", REGION), self.commit, self.live, {KEY: "prod"})
        runner = CloudFormationRunner(self.world, release, self.traffic, clock, poll_seconds=0.0)
        context = context_of(
            action,
            self.folder,
            stage="deploy",
            inputs={"Synth": self.synth},
            events=self.events,
            cancel=self.cancel,
        )
        return runner.run(action, context)

    def prepare(self, **told: str) -> ActionResult:
        needs = {"TemplatePath": "Synth::t.json", "ChangeSetName": "Change", "RoleArn": f"arn:aws:iam::{PROD}:role/x"}
        return self.run(deploying("CHANGE_SET_REPLACE", **{**needs, **told}))

    def execute(self) -> ActionResult:
        return self.run(deploying("CHANGE_SET_EXECUTE", ChangeSetName="Change"))

    def deployed(self, document: Mapping[str, Any]) -> None:
        self.world.deploy(PROD, REGION, STACK, document)
        self.live[KEY] = OLD

    @property
    def sent(self) -> dict[str, Any]:
        """What the change set was made with."""
        found: dict[str, Any] = self.world.stacks[KEY].change_sets["Change"]["told"]
        return found

    def told(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]
