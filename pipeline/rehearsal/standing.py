"""One stage of a release, put up to stay: its assets, its stacks and its data, by the actions of its own pipeline.

No gate is asked and nothing is rolled over: it is a place to try things, the way the stage would stand on AWS.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from pipeline.record.events import Commit
from pipeline.record.verdict import Outcome
from pipeline.rehearsal import base_release
from pipeline.rehearsal.aside import Aside
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Broke, Cancelled, Unreadable
from pipeline.rehearsal.execute import Ended, Options, Setting, execute
from pipeline.rehearsal.journey import BASE_WORKERS, Asked, Surroundings
from pipeline.rehearsal.read.assembly import Assembly, read_assembly
from pipeline.rehearsal.read.codepipeline import read_pipeline
from pipeline.rehearsal.release import Release, prepare
from pipeline.rehearsal.runners.base import Emit
from pipeline.rehearsal.runners.cloudformation.runner import StackKey, stages_of
from pipeline.rehearsal.runners.registry import Equipment, registry
from pipeline.rehearsal.seeding import Filled, Seeding
from pipeline.rehearsal.setup import SETUP, start, synthesized
from pipeline.rehearsal.shims import NodeTools, write_shims
from pipeline.rehearsal.spec import Json, Pipeline, Stage
from pipeline.rehearsal.stand_ins import standing_in
from pipeline.rehearsal.together import together


@dataclass(frozen=True)
class Standing:
    """A stage that stands: `address` is its API's, `variables` those that lead gates and tools to it, AWS_* among them.

    `data` is what its seed command left.
    """

    stage: str
    commit: Commit
    address: str
    variables: Mapping[str, str]
    data: Mapping[str, Json]


@contextmanager
def put_up(asked: Asked, wanted: str | None, around: Surroundings, emit: Emit) -> Iterator[Standing]:
    """Synthesize the asked commit and put up the stage `wanted`, or the first that has an API, with its stand-ins.

    Unreadable if there is no such stage, Refused never; Broke if it can't be put up. The stand-ins end with it.
    """
    release = _prepare(asked, around, emit)
    environment = around.toolchain.environment_with_home(asked.home)
    with standing_in(release, environment, around.workspace.logs, around.cancel, emit) as addresses:
        around.world.stand_in(addresses)
        yield _put_up(asked, release, wanted, around, emit)


def _put_up(asked: Asked, release: Release, wanted: str | None, around: Surroundings, emit: Emit) -> Standing:
    assembly = read_assembly(release.assembly)
    pipeline = read_pipeline(assembly)
    stage = _stage(pipeline, assembly, wanted)
    for account, region in sorted({(s.account, s.region) for s in assembly.stacks if s.account and s.region}):
        around.world.bootstrap(account, region)
    ended = execute(
        stage_pipeline(pipeline, assembly, stage),
        _setting(asked, release, pipeline, around, emit),
        Options(workers=BASE_WORKERS),
    )
    if ended.outcome is Outcome.INTERRUPTED:
        raise Cancelled(around.cancel.reason)
    if ended.outcome is not Outcome.PASSED:
        why = ended.result.reason if ended.result else "no reason given"
        raise Broke(f"{stage} can't be put up: {ended.action}: {why}")
    return _standing(asked, release, pipeline, stage, ended, around, emit)


def stage_pipeline(pipeline: Pipeline, assembly: Assembly, stage: str) -> Pipeline:
    """What puts up the one stage: all assets, and the deployments of that stage."""
    (everything,) = base_release.base_pipeline(pipeline, assembly).stages
    kept = tuple(
        action
        for action in everything.actions
        if base_release.publishes_assets(action) or action.name.startswith(f"{stage}.")
    )
    return replace(pipeline, stages=(Stage(everything.name, kept),))


def _prepare(asked: Asked, around: Surroundings, emit: Emit) -> Release:
    """The release and the emulator side by side."""
    made: list[Release] = []
    aside = Aside(SETUP, emit, around.clock)

    def release(cancel: Cancel) -> None:
        environment = around.toolchain.environment_with_home(asked.home)
        log = around.workspace.logs / "synth.log"
        folder = around.workspace.work / "release"

        def make() -> Release:
            return prepare(asked.repository, asked.commit, folder, environment, log, cancel)

        made.append(aside.do("release", lambda: synthesized(make), log))

    def world(_: Cancel) -> None:
        start(around.world, aside)

    with aside.under_way():
        together((release, world), around.cancel, 2)
    return made[0]


def _stage(pipeline: Pipeline, assembly: Assembly, wanted: str | None) -> str:
    """The name of the stage to put up; Unreadable, with those there are, if it is not among them."""
    (everything,) = base_release.base_pipeline(pipeline, assembly).stages
    deploying = [action.name.partition(".")[0] for action in everything.actions if action.category == "Deploy"]
    names = [stage.name for stage in pipeline.stages if stage.name in deploying]
    if not names or (wanted is not None and wanted not in names):
        what = f"no stage {wanted!r}" if wanted else "no stage that deploys anything"
        raise Unreadable(f"the pipeline has {what}", f"name one of {', '.join(names)}" if names else "add one")
    return wanted or names[0]


def _setting(asked: Asked, release: Release, pipeline: Pipeline, around: Surroundings, emit: Emit) -> Setting:
    work = around.workspace.work / "actions"
    work.mkdir()
    live: dict[StackKey, Commit] = {}
    tools = NodeTools(around.toolchain.node, around.toolchain.npm)
    equipment = Equipment(
        world=around.world,
        toolchain=around.toolchain,
        approver=around.approver,
        shims=write_shims(around.workspace.work / "shims", tools),
        live=live,
        shared={"SLIPWAY_SEED": str(asked.seed)},
    )
    return Setting(
        runners=registry(release, pipeline, None, equipment),
        emit=emit,
        cancel=around.cancel,
        clock=around.clock,
        work=work,
        logs=around.workspace.logs,
        environment=around.toolchain.environment(),
        execution_id=around.workspace.run_id,
        artifacts={base_release.ARTIFACT: release.assembly},
        ground=around.world.check_alive,
    )


def _standing(
    asked: Asked, release: Release, pipeline: Pipeline, stage: str, ended: Ended, around: Surroundings, emit: Emit
) -> Standing:
    """The stage's outputs as they lead to it from here, and its data."""
    world, settings = around.world, release.settings
    told = base_release.outputs_by_stage(ended).get(stage, {})
    outputs = {name: world.local_url(value) for name, value in told.items()}
    places = [key for key, name in stages_of(pipeline, world).items() if name == stage]
    account, region, _ = places[0]
    aws = world.environment(account, region)
    environment = around.toolchain.environment_with_home(asked.home)
    logs, clock = around.workspace.logs, around.clock
    seeding = Seeding(release, environment, logs, around.cancel, emit, clock, world.check_alive, world.denied)
    filled = (Filled(stage, outputs, aws),) if settings.api_output in outputs else ()
    data = seeding.fill(filled).get(stage, {})
    variables = {name: outputs[output] for name, output in settings.outputs if output in outputs}
    address = outputs.get(settings.api_output, "")
    return Standing(stage, release.commit, address, {**aws, **variables, "SLIPWAY_STAGE": stage}, data)
