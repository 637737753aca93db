"""What happens in a run, one frozen shape per kind of happening.

A run is the list of its events and nothing else: the console prints them as they come, the tape keeps them, `run.fold`
makes a Run of them, and every page is drawn from that. Times named `at` are seconds since the run began, by a monotonic
clock; wall-clock times are RFC 3339 strings.
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Discriminator, TypeAdapter

from pipeline.record.verdict import Outcome, Verdict


@dataclass(frozen=True)
class Commit:
    """A commit of the source, by its full sha.

    `title` is the first line of its message; `dirty` when uncommitted work is added.
    """

    sha: str
    title: str
    author: str
    dirty: bool = False


@dataclass(frozen=True)
class PlannedAction:
    """An action as the synthesized pipeline has it; `gate` is the gate that it says it asks, if it does."""

    name: str
    category: str
    provider: str
    run_order: int
    gate: str | None = None


@dataclass(frozen=True)
class PlannedStage:
    """A stage as the synthesized pipeline has it."""

    name: str
    actions: tuple[PlannedAction, ...]


@dataclass(frozen=True)
class RunStarted:
    """The first event: what is rehearsed over what, and what the synthesized pipeline is.

    `base` is None on a first release; `base_reason` says how the base was chosen. `speed` compresses waits and
    periods; with `strict` IAM is enforced.
    """

    run_id: str
    product: str
    commit: Commit
    base: Commit | None
    base_reason: str
    started_at: str
    seed: int
    speed: float
    command: str
    strict: bool = False
    kind: Literal["run-started"] = "run-started"


@dataclass(frozen=True)
class PipelineRead:
    """The synthesized pipeline was read back from the assembly: `digest` is the SHA-256 of its template."""

    pipeline: str
    template: str
    digest: str
    pipeline_type: str
    execution_mode: str
    stages: tuple[PlannedStage, ...]
    kind: Literal["pipeline-read"] = "pipeline-read"


BASE_STAGE = "base"
"""The stage that the deployment of the base release is told as; the pipeline does not have it."""


@dataclass(frozen=True)
class StageStarted:
    """A stage began."""

    stage: str
    kind: Literal["stage-started"] = "stage-started"


@dataclass(frozen=True)
class ActionStarted:
    """An action began; `log` is the path of its log, relative to the run's folder."""

    stage: str
    action: str
    log: str | None = None
    kind: Literal["action-started"] = "action-started"


@dataclass(frozen=True)
class ActionProgress:
    """A line about an action that is still under way."""

    stage: str
    action: str
    text: str
    kind: Literal["action-progress"] = "action-progress"


DENIED = "denied: "
"""How a line of an action's reason begins that tells what IAM denied meanwhile: principal, action and resource."""


@dataclass(frozen=True)
class ActionFinished:
    """An action ended.

    `summary` is one line; `reason` says why it was refused or broke; `last_lines` are its log's end.
    """

    stage: str
    action: str
    outcome: Outcome
    seconds: float
    summary: str = ""
    reason: str = ""
    last_lines: tuple[str, ...] = ()
    verdict: Verdict | None = None
    kind: Literal["action-finished"] = "action-finished"


@dataclass(frozen=True)
class StageFinished:
    """A stage ended."""

    stage: str
    outcome: Outcome
    seconds: float
    kind: Literal["stage-finished"] = "stage-finished"


@dataclass(frozen=True)
class ResourceChange:
    """What a change set does to one resource; `stateful` when the resource holds data.

    Replace is a Modify that makes a new resource and then removes the old one; only the deployment shows whether it
    comes to that where the resource `may_be_replaced`. `loses` says what is lost of what it holds though it stays, e.g.
    "makes a new secret: the old value is no longer current"; empty if nothing is.
    """

    logical_id: str
    resource_type: str
    action: Literal["Add", "Modify", "Remove", "Replace"]
    stateful: bool = False
    because: str = ""
    may_be_replaced: bool = False
    loses: str = ""


@dataclass(frozen=True)
class ChangeSetPrepared:
    """A change set, before it is executed. `iam_wider` names grants the roles did not have ("OrdersRole: +
    dynamodb:Query on …").

    `not_canaried` names the changes that reach users at once, since they make no new Lambda version.
    """

    stage: str
    stack: str
    changes: tuple[ResourceChange, ...]
    iam_wider: tuple[str, ...] = ()
    not_canaried: tuple[str, ...] = ()
    kind: Literal["change-set-prepared"] = "change-set-prepared"


@dataclass(frozen=True)
class StackDeployed:
    """A stack's change set was executed and came to its end; `status` is the stack's, a rollback's included."""

    stage: str
    stack: str
    status: str
    kind: Literal["stack-deployed"] = "stack-deployed"


@dataclass(frozen=True)
class WatchedAlarm:
    """An alarm that a deployment watches: `limit` in `unit`, e.g. 1 %."""

    name: str
    limit: float
    unit: str = ""


ALL_AT_ONCE = "AllAtOnce"
"""What the name of a deployment configuration holds that gives the new version all traffic in one step."""


@dataclass(frozen=True)
class RolloutStarted:
    """CodeDeploy began to move `alias` of `function` from one version to another.

    Also when there is nothing to shift.
    """

    stage: str
    deployment: str
    function: str
    alias: str
    from_version: str
    to_version: str
    config: str
    alarms: tuple[WatchedAlarm, ...] = ()
    kind: Literal["rollout-started"] = "rollout-started"

    @property
    def at_once(self) -> bool:
        """Whether all traffic moves in one step: then nothing is waited for, and what it takes are its hooks."""
        return ALL_AT_ONCE in self.config


@dataclass(frozen=True)
class RolloutSample:
    """One second of a rollout: `weight` is the new version's share in percent; counts are of that second, real
    requests.

    `world_seconds` is the time since the deployment began on the compressed clock. `measured` maps alarm names to the
    value that alarm last saw.
    """

    stage: str
    deployment: str
    world_seconds: float
    weight: float
    requests_new: int
    failed_new: int
    requests_old: int
    failed_old: int
    p99_new_ms: float | None = None
    measured: dict[str, float] = field(default_factory=dict)
    kind: Literal["rollout-sample"] = "rollout-sample"


@dataclass(frozen=True)
class WeightShifted:
    """CodeDeploy gave the new version this share of the alias's requests, in percent."""

    stage: str
    deployment: str
    weight: float
    world_seconds: float
    kind: Literal["weight-shifted"] = "weight-shifted"


@dataclass(frozen=True)
class AlarmChanged:
    """A watched alarm changed its state to OK, ALARM or INSUFFICIENT_DATA; `measured` is the value that did it.

    `weight` is the share of the requests that the new version had then, in percent. `behind` has the counts that
    `measured` was calculated from, by the alarm's own names for them: those of its period of `period_seconds`, and not
    of the whole rollout.
    """

    stage: str
    deployment: str
    alarm: str
    state: str
    measured: float | None
    limit: float
    unit: str
    reason: str
    world_seconds: float
    weight: float | None = None
    behind: dict[str, float] = field(default_factory=dict)
    period_seconds: float | None = None
    kind: Literal["alarm-changed"] = "alarm-changed"


@dataclass(frozen=True)
class HookFinished:
    """A traffic hook reported: `event` is BeforeAllowTraffic or AfterAllowTraffic, `status` Succeeded or Failed."""

    stage: str
    deployment: str
    event: str
    status: str
    detail: str = ""
    kind: Literal["hook-finished"] = "hook-finished"


@dataclass(frozen=True)
class HookSaid:
    """What a traffic hook, or the judge, says for people: why it refused, and the evidence of a judged rollout.

    `event` is the hook's lifecycle event or the function's name; `evidence` is a document of `pipeline.judge.evidence`,
    or empty. The judge may say it after the rollout has finished.
    """

    stage: str
    deployment: str
    event: str
    reasons: tuple[str, ...]
    evidence: str = ""
    kind: Literal["hook-said"] = "hook-said"


@dataclass(frozen=True)
class RolloutFinished:
    """A deployment ended: `status` is Succeeded, Failed, Stopped or NothingToShift; `rolled_back` when the old
    version has all again.

    `requests` and `failed` count what the new version answered, from first to last; `errors` are the first that it
    logged, in short.
    """

    stage: str
    deployment: str
    status: str
    rolled_back: bool
    reason: str
    requests: int
    failed: int
    world_seconds: float
    failures_by_operation: dict[str, int] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    kind: Literal["rollout-finished"] = "rollout-finished"


@dataclass(frozen=True)
class ApprovalAsked:
    """The run waits for a person; `digest` is of exactly what would be promoted."""

    stage: str
    action: str
    digest: str
    text: str
    kind: Literal["approval-asked"] = "approval-asked"


@dataclass(frozen=True)
class ApprovalAnswered:
    """A person (or a flag) answered; `by` says who or how."""

    stage: str
    action: str
    approved: bool
    by: str
    reason: str = ""
    kind: Literal["approval-answered"] = "approval-answered"


@dataclass(frozen=True)
class LiveNow:
    """What a stage serves: the commit, and per function the alias's versions and their share in percent.

    `dirty` when uncommitted work is live with it: the commit alone would name what it stands on.
    """

    stage: str
    commit: str
    functions: dict[str, dict[str, float]]
    dirty: bool = False
    kind: Literal["live-now"] = "live-now"


@dataclass(frozen=True)
class Needs:
    """What a run must have come to before it says anything of a kind of thing; `record.reached` looks for it.

    `run`: to its beginning. `action`: to an action of the kind `name` ("Build/CodeBuild"). `resource`: to a deployed
    stack that has a resource of the type `name`. `change set`, `stack`: to one that was prepared, or deployed.
    `rollout`: to an alias that CodeDeploy moved. `alarm`: to an alarm that was evaluated while one moved. `rollback`:
    to a stack that went back.
    """

    what: Literal["run", "action", "change set", "resource", "stack", "rollout", "alarm", "rollback"] = "run"
    name: str = ""


@dataclass(frozen=True)
class FidelityNoted:
    """How true the rehearsal is about one kind of thing: `real`, `emulated` or `not exercised`, and why.

    A claim about the kind, told before anything runs. Whether this very run came to it is another question: `needs`
    says what it must have come to.
    """

    subject: str
    level: Literal["real", "emulated", "not exercised"]
    why: str
    needs: Needs = Needs()
    kind: Literal["fidelity-noted"] = "fidelity-noted"


@dataclass(frozen=True)
class Noted:
    """Something a reader should know that is no failure (a first release, a worktree with uncommitted work).

    One that is `severe` nobody may overlook: that a stage's checks are broken open.
    """

    text: str
    severe: bool = False
    kind: Literal["noted"] = "noted"


@dataclass(frozen=True)
class RunFinished:
    """The last event: the verdict, where it fell, one sentence with measured value and limit, and the exit code."""

    outcome: Outcome
    where: str
    sentence: str
    see_again: str
    exit_code: int
    seconds: float
    kind: Literal["run-finished"] = "run-finished"


type Event = Annotated[
    RunStarted
    | PipelineRead
    | StageStarted
    | ActionStarted
    | ActionProgress
    | ActionFinished
    | StageFinished
    | ChangeSetPrepared
    | StackDeployed
    | RolloutStarted
    | RolloutSample
    | WeightShifted
    | AlarmChanged
    | HookFinished
    | HookSaid
    | RolloutFinished
    | ApprovalAsked
    | ApprovalAnswered
    | LiveNow
    | FidelityNoted
    | Noted
    | RunFinished,
    Discriminator("kind"),
]


@dataclass(frozen=True)
class Entry:
    """An event in its place: `seq` counts from 1, `at` is seconds since the run began."""

    seq: int
    at: float
    event: Event


ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
