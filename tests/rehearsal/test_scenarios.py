"""Small assemblies, read and run to their end: each folder of `scenarios` is one behaviour.

`assembly/` is what was synthesized, `script.json` what builds, people and the world do, `expected.txt` what is told.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

import pytest

from pipeline.record.events import ActionStarted, Commit, Event
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.execute import Ended, Options, Setting, execute
from pipeline.rehearsal.read.assembly import Assembly, read_assembly
from pipeline.rehearsal.read.codepipeline import read_pipeline
from pipeline.rehearsal.read.routes import Route
from pipeline.rehearsal.runners.approval import ApprovalRunner
from pipeline.rehearsal.runners.base import Registry
from pipeline.rehearsal.runners.cloudformation.clients import TrafficCounts
from pipeline.rehearsal.runners.cloudformation.runner import CloudFormationRunner, Release, stages_of
from pipeline.rehearsal.runners.source import Snapshot, SourceRunner
from pipeline.rehearsal.spec import Pipeline
from tests.rehearsal.fake_world import FakeWorld
from tests.rehearsal.script import Script, ScriptedBuilds, approver, read_script
from tests.rehearsal.telling import told

SCENARIOS = Path(__file__).with_name("scenarios")
BEHAVIOURS = sorted(path.name for path in SCENARIOS.iterdir() if (path / "expected.txt").exists())
BASE = Commit("base", "Sell", "Ada")
COMMIT = Commit("3f9c1a2b4d5e6f708192a3b4c5d6e7f8091a2b3c", "Sell gift cards", "Ada")


class StillTraffic:
    """Traffic that says when it flows and sends nothing: what the world answers is in the script."""

    def __init__(self) -> None:
        self.flows = False

    def start(self, stage: str, outputs: Mapping[str, str], watched: Sequence[Route] = ()) -> None:  # noqa: ARG002
        assert not self.flows, "traffic was started twice"
        self.flows = True

    def stop(self) -> TrafficCounts:
        assert self.flows, "traffic was stopped before it was started"
        self.flows = False
        return TrafficCounts(0, 0)


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_the_scenario_is_told_as_expected(behaviour: str, tmp_path: Path) -> None:
    folder = SCENARIOS / behaviour
    assert rehearsed(folder, tmp_path) == (folder / "expected.txt").read_text().splitlines()


def test_every_folder_of_scenarios_is_run() -> None:
    folders = {path.name for path in SCENARIOS.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(BEHAVIOURS)


def rehearsed(folder: Path, tmp_path: Path) -> list[str]:
    """What a run of the scenario tells, and how it ends."""
    try:
        assembly = read_assembly(folder / "assembly")
        pipeline = read_pipeline(assembly)
    except Unreadable as unreadable:
        root = f"{folder.resolve()}/"
        return ["unreadable", *(f"  {problem}".replace(root, "") for problem in unreadable.problems)]
    return run(folder, assembly, pipeline, tmp_path)


def run(folder: Path, assembly: Assembly, pipeline: Pipeline, tmp_path: Path) -> list[str]:
    script = read_script(folder / "script.json")
    builds = ScriptedBuilds(script, folder)
    events: list[Event] = []
    cancel = Cancel()

    def emit(event: Event) -> None:
        events.append(event)
        builds.hear(event)
        if isinstance(event, ActionStarted) and f"{event.stage}.{event.action}" == script.interrupt_at:
            cancel.cancel("interrupted by a signal")

    for name in ("source", "work", "logs"):
        (tmp_path / name).mkdir()
    (tmp_path / "source" / "README.md").write_text("the source\n")
    ticks = count()
    setting = Setting(
        runners=registry(script, builds, pipeline, tmp_path / "source", world(script, assembly)),
        emit=emit,
        cancel=cancel,
        clock=lambda: float(next(ticks)),
        work=tmp_path / "work",
        logs=tmp_path / "logs",
        execution_id="run-1",
    )
    ended = execute(pipeline, setting, Options(script.workers, script.stop_at_first_refusal))
    return [*told(events), _last_line(ended)]


def registry(script: Script, builds: ScriptedBuilds, pipeline: Pipeline, source: Path, fake: FakeWorld) -> Registry:
    home = (pipeline.account or "", pipeline.region or "")
    release = Release(home, COMMIT, dict.fromkeys(fake.stacks, BASE), stages_of(pipeline, fake))
    return Registry(
        {
            ("Source", "AWS", "CodeStarSourceConnection"): SourceRunner(Snapshot(source, COMMIT)),
            ("Build", "AWS", "CodeBuild"): builds,
            ("Approval", "AWS", "Manual"): ApprovalRunner(approver(script)),
            ("Deploy", "AWS", "CloudFormation"): CloudFormationRunner(
                fake, release, StillTraffic(), clock=lambda: 0.0, poll_seconds=0.0
            ),
        }
    )


def world(script: Script, assembly: Assembly) -> FakeWorld:
    """The world before the run, with the stacks that are live in it."""
    fake = FakeWorld(script.canaries, script.fails)
    for stack in assembly.stacks:
        if stack.name in script.live:
            template = json.loads((assembly.folder.parent / script.live[stack.name]).read_bytes())
            fake.deploy(stack.account or "", stack.region or "", stack.name, template)
    return fake


def _last_line(ended: Ended) -> str:
    where = ".".join(part for part in (ended.stage, ended.action) if part)
    return f"ended: {ended.outcome}" + (f" in {where}" if where else "")
