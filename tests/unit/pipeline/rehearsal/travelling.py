"""A tiny product in a git repository, whose synth command copies a prepared assembly, and a journey through it."""

import json
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from pipeline.record.events import ActionFinished, Entry, Event, Noted, StageFinished, StageStarted
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.commits import Repository
from pipeline.rehearsal.journey import Asked, Surroundings
from pipeline.rehearsal.runners.approval import Approver, FlagApprover
from pipeline.rehearsal.toolchain import Toolchain
from pipeline.rehearsal.workspace import Workspace
from pipeline.rehearsal.world.fake import Ending, FakeWorld
from tests.unit.pipeline.rehearsal.making import write_manifest

PROD = "444444444444"
HOME = "111111111111"
URL = "http://127.0.0.1:9"
SETTINGS = '[tool.slipway.rehearsal]\nproduct = "orders"\napp = "sh synth.sh"\ncontracts = "contracts"\n'
SEED = 'seed = "sh seed.sh"\n[tool.slipway.rehearsal.outputs]\nSLIPWAY_API_URL = "ApiUrl"\n'
SYNTH = 'cp -r assembly "$CDK_OUTDIR"\n'
SEED_SCRIPT = 'echo "filled $SLIPWAY_STAGE at $SLIPWAY_API_URL"\necho "{}" > "$SLIPWAY_SEED_OUT"\n'
BASE = 'echo "first: $SLIPWAY_FIRST_RELEASE, base: $(ls $SLIPWAY_BASE | tr "\\n" " ")"'
CHANGE = '[ -z "$SLIPWAY_HISTORY" ] || git -C "$SLIPWAY_HISTORY" log --format="change: %s" "$SLIPWAY_CHANGE"'


def git(root: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", str(root), *identity, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def product(root: Path) -> Path:
    """An empty repository."""
    root.mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    return root


def release(root: Path, title: str, *, topic: str = "one", approval: bool = False, **files: str) -> str:
    """A commit of the product whose stack is a topic named `topic`; `files` stand over what it is made of."""
    write_assembly(root / "assembly", topic, approval)
    told = {"pyproject.toml": SETTINGS, "synth.sh": SYNTH, "contracts/README.md": "what is promised\n"}
    for name, text in {**told, **{name.replace("_dot_", "."): text for name, text in files.items()}}.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", title)
    return git(root, "rev-parse", "HEAD")


def write_assembly(folder: Path, topic: str, approval: bool) -> None:
    topics = {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": topic}}}
    stacks = {"orders": (PROD, {"Resources": topics}), "pipeline": (HOME, {"Resources": delivery(approval)})}
    artifacts: dict[str, Any] = {}
    folder.mkdir(exist_ok=True)
    for name, (account, template) in stacks.items():
        (folder / f"{name}.template.json").write_text(json.dumps(template))
        told = {"templateFile": f"{name}.template.json"}
        environment = f"aws://{account}/eu-west-1"
        artifacts[name] = {"type": "aws:cloudformation:stack", "environment": environment, "properties": told}
    write_manifest(folder, artifacts)


def delivery(approval: bool) -> dict[str, Any]:
    """The resources of the pipeline's own stack."""
    asked = [_stage("approval", _action("ask", "Approval", "Manual", CustomData="Go?"))] if approval else []
    stages = [
        _stage("Source", _action("source", "Source", "CodeStarSourceConnection", makes="Source", **_CONNECTION)),
        _stage("Build", _action("Synth", "Build", "CodeBuild", "Source", "Synth", ProjectName={"Ref": "Project"})),
        *asked,
        _stage("prod", _action("Deploy", "Deploy", "CloudFormation", "Synth", **_STACK) | _OUTPUTS),
    ]
    told = {"Name": "orders", "PipelineType": "V2", "RoleArn": "arn:aws:iam::111111111111:role/pipeline"}
    return {
        "Pipeline": {"Type": "AWS::CodePipeline::Pipeline", "Properties": {**told, "Stages": stages}},
        "Project": {"Type": "AWS::CodeBuild::Project", "Properties": _PROJECT},
    }


_CONNECTION = {"ConnectionArn": "arn", "FullRepositoryId": "example/orders", "BranchName": "main"}
_STACK = {
    "ActionMode": "CREATE_UPDATE",
    "StackName": "orders",
    "TemplatePath": "Synth::orders.template.json",
    "RoleArn": f"arn:aws:iam::{PROD}:role/execution",
}
_OUTPUTS = {"Namespace": "prod", "RoleArn": f"arn:aws:iam::{PROD}:role/deploy"}
_BUILDSPEC = {
    "version": "0.2",
    "phases": {"build": {"commands": [f"{BASE}; {CHANGE}"]}},
    "artifacts": {"base-directory": "assembly", "files": ["**/*"]},
}
_PROJECT = {
    "Artifacts": {"Type": "CODEPIPELINE"},
    "Source": {"Type": "CODEPIPELINE", "BuildSpec": json.dumps(_BUILDSPEC)},
    "Environment": {"ComputeType": "BUILD_GENERAL1_SMALL", "Image": "standard:7.0", "Type": "LINUX_CONTAINER"},
    "ServiceRole": "arn:aws:iam::111111111111:role/build",
}


def _stage(name: str, *actions: dict[str, Any]) -> dict[str, Any]:
    return {"Name": name, "Actions": list(actions)}


def _action(
    name: str, category: str, provider: str, takes: str = "", makes: str = "", **configuration: object
) -> dict[str, Any]:
    kind = {"Category": category, "Owner": "AWS", "Provider": provider, "Version": "1"}
    artifacts = {"InputArtifacts": takes, "OutputArtifacts": makes}
    named = {key: [{"Name": artifact}] for key, artifact in artifacts.items() if artifact}
    return {"Name": name, "ActionTypeId": kind, "RunOrder": 1, "Configuration": configuration, **named}


def environ(folder: Path) -> dict[str, str]:
    """What scripts/environment.sh would set, leading to tools that are there and do nothing."""
    node, npm = folder / "node" / "bin" / "node", folder / "npm"
    for program in (node, folder / "node" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"):
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("")
    npm.mkdir(exist_ok=True)
    (npm / "package.json").write_text('{"name": "tools"}')
    return {"SLIPWAY_HOME": str(folder / "home"), "JSII_NODE": str(node), "SLIPWAY_NPM": str(npm)}


def world(*base_and_candidate: Ending) -> FakeWorld:
    """A world in which the deployments of prod end as told, all with the API's address."""
    ended = base_and_candidate or (Ending("CREATE_COMPLETE"), Ending("UPDATE_COMPLETE"))
    return FakeWorld({(PROD, "orders"): [replace(each, outputs={"ApiUrl": URL}) for each in ended]})


@dataclass
class Trip:
    """Everything that a journey through the product at `root` needs, and what it told."""

    root: Path
    folder: Path
    world: FakeWorld = field(default_factory=world)
    approver: Approver = field(default_factory=lambda: FlagApprover(True, "--approve"))
    cancel: Cancel = field(default_factory=Cancel)
    events: list[Event] = field(default_factory=list)

    def asked(self) -> Asked:
        repository = Repository(self.root)
        commit = repository.commit("HEAD")
        base = repository.base(commit, None)
        return Asked(repository, "orders", commit, base, 7, 30.0, "scripts/rehearse", "2026-01-01T00:00:00Z", "/home/a")

    def around(self) -> Surroundings:
        made = Workspace("run-1", self.folder / "run-1")
        made.work.mkdir(parents=True)
        made.logs.mkdir()
        tools = Toolchain.of(environ(self.folder))
        return Surroundings(made, self.world, tools, self.approver, self.cancel, ticking())

    def hear(self, entry: Entry) -> None:
        self.events.append(entry.event)

    def log(self, name: str) -> str:
        return (self.folder / "run-1" / "logs" / name).read_text()

    def story(self) -> list[str]:
        return story(self.events, self.root)


def ticking() -> Callable[[], float]:
    """A clock that a second passes on with each look."""
    ticks = count()
    return lambda: float(next(ticks))


def story(events: Iterable[Event], root: Path) -> list[str]:
    """A line for each stage, below it its actions and notes sorted: side by side, each may end first.

    Commits are called by their titles.
    """
    shas = git(root, "log", "--format=%H %s").splitlines()
    return [_titled(line, shas) for line in _lines(events)]


def _lines(events: Iterable[Event]) -> list[str]:
    lines: list[str] = []
    inside: list[str] | None = None
    for event in events:
        match event:
            case StageStarted():
                inside = []
            case StageFinished():
                lines += [f"{event.stage}: {event.outcome}", *sorted(inside or [])]
                inside = None
            case ActionFinished():
                told = " | ".join(part for part in (event.summary, event.reason) if part)
                _into(lines, inside).append(f"  {event.action}: {event.outcome}, {told}")
            case Noted():
                _into(lines, inside).append(f"{'  ' if inside is not None else ''}noted {event.text}")
    return lines


def _into(lines: list[str], inside: list[str] | None) -> list[str]:
    return lines if inside is None else inside


def _titled(line: str, shas: Sequence[str]) -> str:
    for each in shas:
        sha, title = each.split(" ", 1)
        line = line.replace(sha, f"<{title}>").replace(sha[:7], f"<{title}>")
    return line
