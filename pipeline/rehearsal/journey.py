"""The way of a candidate through its own pipeline: prepare two releases, put the base up, walk.

Everything that touches the machine is passed in; what is decided here is only the order of things.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from pipeline.record.events import Commit, Noted
from pipeline.record.verdict import Outcome
from pipeline.rehearsal import base_release, fidelity, self_mutation
from pipeline.rehearsal.aside import Aside
from pipeline.rehearsal.broken_glass import broken_glass
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.commits import Base, Repository
from pipeline.rehearsal.errors import Broke, Cancelled, Problem, Unreadable
from pipeline.rehearsal.execute import Ended, Options, Setting, execute, pipeline_read
from pipeline.rehearsal.fidelity_tables import tables
from pipeline.rehearsal.read.assembly import Assembly, read_assembly
from pipeline.rehearsal.read.codepipeline import read_pipeline
from pipeline.rehearsal.release import Release, prepare
from pipeline.rehearsal.runners.approval import Approver, forewarning
from pipeline.rehearsal.runners.base import Emit
from pipeline.rehearsal.runners.cloudformation.runner import StackKey, stages_of
from pipeline.rehearsal.runners.registry import Equipment, registry
from pipeline.rehearsal.seeding import Filled, Seeding
from pipeline.rehearsal.setup import SETUP, start, synthesized
from pipeline.rehearsal.shelf import Shelf
from pipeline.rehearsal.shims import NodeTools, write_shims
from pipeline.rehearsal.spec import Pipeline, Stage
from pipeline.rehearsal.stand_ins import standing_in
from pipeline.rehearsal.together import together
from pipeline.rehearsal.toolchain import Toolchain
from pipeline.rehearsal.traffic import StageTraffic
from pipeline.rehearsal.workspace import Workspace
from pipeline.rehearsal.world.base import World

BASE_WORKERS = 4
NOTHING_DEPLOYED = "the pipeline deploys nothing, so no base release goes up before it"


@dataclass(frozen=True)
class Asked:
    """What is rehearsed over what, and how. `command` shows it again; `home` is the caller's home folder.

    `traffic` is in requests a second while a version shifts; None is what the source's own settings say.
    """

    repository: Repository
    product: str
    commit: Commit
    base: Base
    seed: int
    speed: float
    command: str
    started_at: str
    home: str
    stop_at_first_refusal: bool = True
    strict: bool = False
    fresh: bool = False
    traffic: float | None = None


@dataclass(frozen=True)
class Surroundings:
    """What a rehearsal works with: `world` is made, not started; `clock` gives monotonic seconds."""

    workspace: Workspace
    world: World
    toolchain: Toolchain
    approver: Approver
    cancel: Cancel
    clock: Callable[[], float]


class Journey:
    """One way through; `travel` is the main line."""

    def __init__(self, asked: Asked, around: Surroundings, emit: Emit) -> None:
        """Nothing happens yet; `emit` will be told of everything."""
        self._asked = asked
        self._around = around
        self._emit = emit
        self._live: dict[StackKey, Commit] = {}

    def travel(self) -> Ended:
        """Go all the way, or to the first failure. Raises Unreadable, Broke or Cancelled when there is no way."""
        candidate, base = self._prepare_releases_and_world()
        around = self._around
        environment = around.toolchain.environment_with_home(self._asked.home)
        with standing_in(candidate, environment, around.workspace.logs, around.cancel, self._emit) as addresses:
            if addresses:
                around.world.stand_in(addresses)
            return self._travel(candidate, base)

    def _travel(self, candidate: Release, base: Release | None) -> Ended:
        assembly = read_assembly(candidate.assembly)
        pipeline = read_pipeline(assembly)
        self._emit(pipeline_read(pipeline))
        if foreseen := forewarning(pipeline, self._around.approver):
            self._emit(Noted(foreseen))
        for warning in broken_glass(assembly):
            self._emit(Noted(warning, severe=True))
        for note in fidelity.assess(assembly, pipeline, tables(strict=self._asked.strict)):
            self._emit(note)
        return self._walk(candidate, base, assembly, pipeline)

    # -- before the first stage ---------------------------------------------------------------------------------------

    def _prepare_releases_and_world(self) -> tuple[Release, Release | None]:
        """Both releases and the emulator side by side: there are two cores, and each waits for something else."""
        made: dict[str, Release] = {}
        aside = Aside(SETUP, self._emit, self._around.clock)

        def candidate(cancel: Cancel) -> None:
            made["candidate"] = self._prepare(aside, "candidate", self._asked.commit, cancel, fresh=self._asked.fresh)

        def base(cancel: Cancel) -> None:
            if self._asked.base.commit is not None:
                made["base"] = self._prepare_base(aside, self._asked.base.commit, cancel)

        def world(_: Cancel) -> None:
            start(self._around.world, aside)

        with aside.under_way():
            together((candidate, base, world), self._around.cancel, 3)
        return made["candidate"], made.get("base")

    def _prepare_base(self, aside: Aside, commit: Commit, cancel: Cancel) -> Release:
        try:
            return self._prepare(aside, "base", commit, cancel)
        except Unreadable as problem:
            hint = Problem("", "", "that is the base release", "name another with --base")
            raise Unreadable.of((*problem.problems, hint)) from problem

    def _prepare(self, aside: Aside, name: str, commit: Commit, cancel: Cancel, *, fresh: bool = False) -> Release:
        around = self._around
        environment = around.toolchain.environment_with_home(self._asked.home)
        log = around.workspace.logs / f"{name}.synth.log"
        folder = around.workspace.work / name
        shelf = Shelf(around.toolchain.home / "releases")

        def make() -> Release:
            repository = self._asked.repository
            return prepare(repository, commit, folder, environment, log, cancel, shelf=shelf, fresh=fresh)

        return aside.do(name, lambda: synthesized(make), log)

    # -- the walk -----------------------------------------------------------------------------------------------------

    def _walk(self, candidate: Release, base: Release | None, assembly: Assembly, pipeline: Pipeline) -> Ended:
        asked = self._asked
        traffic = StageTraffic(base or candidate, self._around.world, asked.seed, self._emit, asked.traffic)
        boundary = base_release.first_stage_that_touches(pipeline)
        if boundary is None:
            self._emit(Noted(NOTHING_DEPLOYED))

        def before_stage(stage: Stage) -> None:
            if stage.name == boundary:
                self._bootstrap(assembly)
                self._put_up(base, pipeline, traffic)

        setting = self._setting("candidate", candidate, pipeline, traffic, self._base_evidence(base))
        setting = replace(setting, before_stage=before_stage)
        options = Options(stop_at_first_refusal=self._asked.stop_at_first_refusal, first=candidate.settings.first)
        return execute(pipeline, setting, options)

    def _base_evidence(self, base: Release | None) -> dict[str, str]:
        """SLIPWAY_BASE: the folder with the base's `cdk.out` and `contracts`, for gates that compare.

        A build has the files alone: SLIPWAY_HISTORY names the repository, and SLIPWAY_CHANGE the commits of the change.
        """
        if base is None:
            return {"SLIPWAY_FIRST_RELEASE": "1"}
        folder = base.assembly.parent
        if base.settings.contracts:
            (folder / "contracts").symlink_to(base.source / base.settings.contracts)
        commits = f"{base.commit.sha}..{self._asked.commit.sha}"
        history = {"SLIPWAY_HISTORY": str(self._asked.repository.root), "SLIPWAY_CHANGE": commits}
        return {"SLIPWAY_BASE": str(folder), **history}

    def _setting(
        self,
        name: str,
        release: Release,
        pipeline: Pipeline,
        traffic: StageTraffic | None,
        shared: Mapping[str, str],
    ) -> Setting:
        around = self._around
        work = around.workspace.work / f"{name}-run"
        work.mkdir()
        tools = NodeTools(around.toolchain.node, around.toolchain.npm)
        equipment = Equipment(
            world=around.world,
            toolchain=around.toolchain,
            approver=around.approver,
            shims=write_shims(around.workspace.work / "shims", tools),
            live=self._live,
            shared={**self._told_to_gates(), **shared},
        )
        return Setting(
            runners=registry(release, pipeline, traffic, equipment),
            emit=self._emit,
            cancel=around.cancel,
            clock=around.clock,
            work=work,
            logs=around.workspace.logs,
            environment=around.toolchain.environment(),
            execution_id=around.workspace.run_id,
            ground=around.world.check_alive,
            denied=around.world.denied,
        )

    def _told_to_gates(self) -> dict[str, str]:
        fresh = {"SLIPWAY_FRESH": "1"} if self._asked.fresh else {}
        return {"SLIPWAY_SEED": str(self._asked.seed), "SLIPWAY_RUN": self._around.workspace.run_id, **fresh}

    # -- the base release ---------------------------------------------------------------------------------------------

    def _bootstrap(self, assembly: Assembly) -> None:
        for account, region in sorted({(s.account, s.region) for s in assembly.stacks if s.account and s.region}):
            self._around.world.bootstrap(account, region)

    def _put_up(self, base: Release | None, candidate: Pipeline, traffic: StageTraffic) -> None:
        """Deploy the base release everywhere and fill it; Broke if it can't be: then there is nothing to go over."""
        if base is None:
            self._emit(Noted(self._asked.base.reason))
            return
        assembly = read_assembly(base.assembly)
        self._bootstrap(assembly)
        whole = read_pipeline(assembly)
        for line in self_mutation.differences(whole, candidate):
            self._emit(Noted(f"the pipeline changes itself: {line}"))
        setting = replace(
            self._setting("base", base, whole, None, {}), artifacts={base_release.ARTIFACT: base.assembly}
        )
        ended = execute(base_release.base_pipeline(whole, assembly), setting, Options(workers=BASE_WORKERS))
        if ended.outcome is Outcome.INTERRUPTED:
            raise Cancelled(self._around.cancel.reason)
        if ended.outcome is not Outcome.PASSED:
            why = ended.result.reason if ended.result else "no reason given"
            what = f"the base release {base.commit.sha[:7]} can't be deployed: {ended.action}: {why}"
            raise Broke(f"{what}; name another with --base")
        traffic.seeds = self._seeding(base).fill(self._stages_to_fill(base, whole, ended))

    def _seeding(self, base: Release) -> Seeding:
        around = self._around
        environment = around.toolchain.environment_with_home(self._asked.home)
        return Seeding(
            base,
            environment,
            around.workspace.logs,
            around.cancel,
            self._emit,
            around.clock,
            around.world.check_alive,
            around.world.denied,
        )

    def _stages_to_fill(self, base: Release, pipeline: Pipeline, ended: Ended) -> tuple[Filled, ...]:
        """Every stage of the base that put out an API's address."""
        world = self._around.world
        outputs = base_release.outputs_by_stage(ended)
        return tuple(
            Filled(
                stage,
                {name: world.local_url(value) for name, value in outputs[stage].items()},
                world.environment(account, region),
            )
            for (account, region, _), stage in stages_of(pipeline, world).items()
            if base.settings.api_output in outputs.get(stage, {})
        )
