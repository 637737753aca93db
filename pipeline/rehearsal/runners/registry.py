"""Every kind of action and who runs it."""

import sys
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.record.events import Commit
from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.release import Release
from pipeline.rehearsal.runners.approval import ApprovalRunner, Approver
from pipeline.rehearsal.runners.base import Registry
from pipeline.rehearsal.runners.cloudformation import runner as cloudformation
from pipeline.rehearsal.runners.cloudformation.clients import Traffic
from pipeline.rehearsal.runners.codebuild.runner import CodeBuildRunner
from pipeline.rehearsal.runners.codebuild.surroundings import Surroundings
from pipeline.rehearsal.runners.source import Snapshot, SourceRunner
from pipeline.rehearsal.spec import Pipeline
from pipeline.rehearsal.toolchain import Toolchain
from pipeline.rehearsal.world.base import World


@dataclass(frozen=True)
class Equipment:
    """What runners share: `live` maps stacks to the commit they serve, `shared` are variables that every build sees."""

    world: World
    toolchain: Toolchain
    approver: Approver
    shims: Path
    live: MutableMapping[cloudformation.StackKey, Commit]
    shared: Mapping[str, str]


def registry(release: Release, pipeline: Pipeline, traffic: Traffic | None, equipment: Equipment) -> Registry:
    """The runners that take `release` through `pipeline`."""
    home = _home(pipeline)
    deployed = cloudformation.Release(
        home, release.commit, equipment.live, cloudformation.stages_of(pipeline, equipment.world)
    )
    builds = Surroundings(
        pipeline=pipeline.name,
        account=home[0],
        region=home[1],
        aws=equipment.world.environment,
        runtimes=equipment.toolchain.runtimes,
        shims=equipment.shims,
        tool_folders=(Path(sys.base_prefix) / "bin", equipment.toolchain.node.parent),
        shared=equipment.shared,
    )
    build = CodeBuildRunner(builds)
    return Registry(
        {
            ("Source", "AWS", "CodeStarSourceConnection"): SourceRunner(Snapshot(release.source, release.commit)),
            ("Build", "AWS", "CodeBuild"): build,
            ("Test", "AWS", "CodeBuild"): build,
            ("Approval", "AWS", "Manual"): ApprovalRunner(equipment.approver),
            ("Deploy", "AWS", "CloudFormation"): cloudformation.CloudFormationRunner(
                equipment.world, deployed, traffic
            ),
        }
    )


def _home(pipeline: Pipeline) -> tuple[str, str]:
    if pipeline.account is None or pipeline.region is None:
        what = "the pipeline's stack names no account and region, so nothing says where it would run"
        raise Unreadable(what, "give the stack an env", file=str(pipeline.template))
    return pipeline.account, pipeline.region
