"""Every kind of action that the rehearsal lists has a runner."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.record.events import Commit
from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.fidelity_tables import ACTIONS
from pipeline.rehearsal.release import Release
from pipeline.rehearsal.runners.approval import ApprovalRunner, Nobody
from pipeline.rehearsal.runners.base import Registry
from pipeline.rehearsal.runners.cloudformation.runner import CloudFormationRunner
from pipeline.rehearsal.runners.codebuild.runner import CodeBuildRunner
from pipeline.rehearsal.runners.registry import Equipment, registry
from pipeline.rehearsal.runners.source import SourceRunner
from pipeline.rehearsal.settings import Settings
from pipeline.rehearsal.spec import Action, Pipeline
from pipeline.rehearsal.toolchain import Toolchain
from pipeline.rehearsal.world.fake import FakeWorld
from tests.unit.pipeline.rehearsal.making import build, pipeline, source

RUNNERS = {
    "Source/AWS/CodeStarSourceConnection/1": SourceRunner,
    "Build/AWS/CodeBuild/1": CodeBuildRunner,
    "Test/AWS/CodeBuild/1": CodeBuildRunner,
    "Approval/AWS/Manual/1": ApprovalRunner,
    "Deploy/AWS/CloudFormation/1": CloudFormationRunner,
}
WHOLE = replace(pipeline(("Source", source()), ("Build", build("Synth"))), account="111111111111", region="eu-west-1")


def made(folder: Path, whole: Pipeline = WHOLE) -> Registry:
    release = Release(Commit("3f9c1a2", "sell", "Ada"), folder, Settings(app="true"), folder)
    tools = Toolchain(folder, folder / "bin" / "node", folder, {})
    return registry(release, whole, None, Equipment(FakeWorld(), tools, Nobody(), folder, {}, {}))


def action(kind: str) -> Action:
    category, owner, provider, version = kind.split("/")
    return Action("any", category, owner, provider, version)


@pytest.mark.parametrize("kind", ACTIONS)
def test_every_kind_of_action_that_is_known_is_run_by_its_own_runner(kind: str, tmp_path: Path) -> None:
    assert type(made(tmp_path).runner_for(action(kind))) is RUNNERS[kind]


def test_what_builds_have_in_common_is_counted_across_builds_and_tests(tmp_path: Path) -> None:
    found = made(tmp_path)
    assert found.runner_for(action("Build/AWS/CodeBuild/1")) is found.runner_for(action("Test/AWS/CodeBuild/1"))


def test_a_kind_that_nobody_runs_is_missing(tmp_path: Path) -> None:
    assert made(tmp_path).missing(action("Deploy/AWS/ECS/1"))


def test_a_pipeline_without_a_home_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as unreadable:
        made(tmp_path, replace(WHOLE, account=None))
    assert str(unreadable.value) == (
        "pipeline.template.json: the pipeline's stack names no account and region, so nothing says where it would run; "
        "give the stack an env"
    )
