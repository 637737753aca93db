"""Runs as their events: rolled back by prod's canary, refused in Build, delivered as a first release, cut off."""

from collections.abc import Iterator

from pipeline.judge.evidence import Evidence, write
from pipeline.judge.judging import judge
from pipeline.judge.observed import Bin, Counts, Symptom
from pipeline.judge.policy import Policy
from pipeline.record.events import (
    BASE_STAGE,
    ActionFinished,
    ActionStarted,
    AlarmChanged,
    ApprovalAnswered,
    ApprovalAsked,
    ChangeSetPrepared,
    Commit,
    Entry,
    Event,
    FidelityNoted,
    HookFinished,
    HookSaid,
    LiveNow,
    Needs,
    Noted,
    PipelineRead,
    PlannedAction,
    PlannedStage,
    ResourceChange,
    RolloutFinished,
    RolloutSample,
    RolloutStarted,
    RunFinished,
    RunStarted,
    StackDeployed,
    StageFinished,
    StageStarted,
    WatchedAlarm,
    WeightShifted,
)
from pipeline.record.verdict import Finding, Measurement, Outcome, Verdict

HOSTILE = "fix: </script><img src=x onerror=alert(1)> $(id) `|` “ü” & *bold*"
AGAIN = "scripts/rehearse --ref 3f9c1a2 --approve --seed 7"


def _action(name: str, category: str, provider: str, order: int = 1, gate: str | None = None) -> PlannedAction:
    return PlannedAction(name, category, provider, order, gate)


PLANNED = PipelineRead(
    pipeline="Pipeline",
    template="PipelineStack.template.json",
    digest="91c0" * 16,
    pipeline_type="V2",
    execution_mode="SUPERSEDED",
    stages=(
        PlannedStage("Source", (_action("GitHub", "Source", "CodeStarSourceConnection"),)),
        PlannedStage(
            "Build",
            (_action("unit", "Build", "CodeBuild", 1, "unit"), _action("scan", "Build", "CodeBuild", 2, "scan")),
        ),
        PlannedStage("approval", (_action("Approve", "Approval", "Manual"),)),
        PlannedStage(
            "prod",
            (_action("Deploy", "Deploy", "CloudFormation", 2), _action("smoke", "Build", "CodeBuild", 3, "smoke")),
        ),
    ),
)

UNIT = Verdict(
    "unit",
    Outcome.PASSED,
    "318 passed, 94 % lines",
    318,
    "tests",
    "scripts/slipway gate unit",
    seconds=9.1,
    measurements=(Measurement("failed", 0, "", None, 0), Measurement("lines", 94, "%", 90, None)),
)
SCAN = Verdict(
    "scan",
    Outcome.PASSED,
    "0 high, 1 low, 470 resources checked",
    470,
    "resources",
    "scripts/slipway gate scan",
    seconds=11.4,
    measurements=(Measurement("high", 0, "", None, 0),),
    warnings=(Finding("Table <b>", "low: no resource policy", "add one", "low"),),
)
CONTRACT = Verdict(
    "contract",
    Outcome.PASSED,
    "14 interactions verified, 0 breaking",
    14,
    "interactions",
    "scripts/slipway gate contract",
    seconds=8.0,
    measurements=(Measurement("failed", 0, "", None, 0), Measurement("breaking", 0, "", None, 0)),
    warnings=(Finding("POST /v1/orders", "answer 409 added", "", "warning"),),
)
BROKEN_GLASS = (
    "BREAK-GLASS in prod until 2026-08-24T18:00:00+00:00: no alarm stops its rollouts, and a version that nobody asked "
    "goes on; payments are <down> (ada)"
)
ERRORS = ("KeyError: '<sku>' at api/handlers/orders.py:41 in place",)
REFUSED_SCAN = Verdict(
    "scan",
    Outcome.REFUSED,
    "1 high, 1 low, 470 resources checked",
    470,
    "resources",
    "scripts/slipway gate scan",
    seconds=11.4,
    measurements=(Measurement("high", 1, "", None, 0),),
    findings=(Finding("api/handlers/orders.py:31", "hard-coded secret AKIA****", "remove it and rotate the key"),),
)


def _begin(base: Commit | None, reason: str) -> Iterator[Event]:
    commit = Commit("3f9c1a2" + "0" * 33, HOSTILE, "Ada <ada>")
    began = "2026-08-24T10:14:00Z"
    yield RunStarted("20260824-101400-3f9c1a2", "orders", commit, base, reason, began, 7, 30.0, AGAIN)
    yield PLANNED
    yield from _claims()
    yield StageStarted("Source")
    yield ActionStarted("Source", "GitHub", "logs/Source.GitHub.log")
    yield ActionFinished("Source", "GitHub", Outcome.PASSED, 0.3, "214 files")
    yield StageFinished("Source", Outcome.PASSED, 0.4)
    yield StageStarted("Build")
    yield ActionStarted("Build", "unit", "logs/Build.unit.log")
    yield ActionFinished("Build", "unit", Outcome.PASSED, 9.1, UNIT.summary, verdict=UNIT)
    yield ActionStarted("Build", "scan", "logs/Build.scan.log")


def _claims() -> Iterator[Event]:
    function, table = "AWS::Lambda::Function", "AWS::DynamoDB::GlobalTable"
    group, alarm = "AWS::CodeDeploy::DeploymentGroup", "AWS::CloudWatch::Alarm"
    yield FidelityNoted(alarm, "real", "our evaluator by CloudWatch's documented rules", Needs("alarm"))
    yield FidelityNoted(group, "real", "our state machine by CodeDeploy's documented rules", Needs("rollout"))
    yield FidelityNoted(
        function, "real", "the zip runs under the runtime's own interpreter", Needs("resource", function)
    )
    yield FidelityNoted(
        "action Build/AWS/CodeBuild/1", "real", "the project's own buildspec", Needs("action", "Build/CodeBuild")
    )
    yield FidelityNoted(table, "emulated", "ministack 1.5.33", Needs("resource", table))
    yield FidelityNoted(
        "action Deploy/AWS/CloudFormation/1", "emulated", "change sets by the local AWS", Needs("change set")
    )
    yield FidelityNoted("time", "emulated", "waits and periods pass faster", Needs("stack"))
    yield FidelityNoted("AWS::IAM::Role", "not exercised", "what it grants is not enforced")
    yield FidelityNoted("arm64 machine code", "not exercised", "this machine's processor is x86-64")


def rolled_back() -> tuple[Entry, ...]:
    """A run whose prod canary failed 12 of 60 requests."""
    return _entries(_rolled_back())


def delivered() -> tuple[Entry, ...]:
    """A first release that went all the way."""
    return _entries(_delivered())


def refused() -> tuple[Entry, ...]:
    """A run that `scan` refused."""
    return _entries(_refused())


def cut_off() -> tuple[Entry, ...]:
    """A run whose tape ends in the middle."""
    return rolled_back()[:20]


def _refused() -> Iterator[Event]:
    yield from _begin(Commit("77ab0d1" + "0" * 33, "base", "Ada"), "the commit before it")
    yield Noted(BROKEN_GLASS, severe=True)
    yield ActionFinished(
        "Build", "scan", Outcome.REFUSED, 11.4, REFUSED_SCAN.summary, "high 1, limit 0", (), REFUSED_SCAN
    )
    yield StageFinished("Build", Outcome.REFUSED, 21.0)
    yield RunFinished(Outcome.REFUSED, "Build", "scan refused in Build: high 1, limit ≤ 0", AGAIN, 1, 22.0)


def _rolled_back() -> Iterator[Event]:
    yield from _begin(Commit("77ab0d1" + "0" * 33, "base", "Ada"), "the commit before it")
    yield ActionFinished("Build", "scan", Outcome.PASSED, 11.4, SCAN.summary, verdict=SCAN)
    yield StageFinished("Build", Outcome.PASSED, 21.0)
    yield ActionFinished("Build", "contract", Outcome.PASSED, 8.0, CONTRACT.summary, verdict=CONTRACT)
    yield from _base()
    yield from _approval()
    yield StageStarted("prod")
    yield ActionStarted("prod", "Deploy", "logs/prod.Deploy.log")
    yield ChangeSetPrepared(
        "prod",
        "prod-Orders",
        (
            ResourceChange("OrdersVersion42", "AWS::Lambda::Version", "Add"),
            ResourceChange("OrdersFunction", "AWS::Lambda::Function", "Modify"),
            ResourceChange("Table", "AWS::DynamoDB::GlobalTable", "Replace", True, "KeySchema"),
        ),
        ("OrdersRole: + dynamodb:Query on Table",),
        ("OrdersRole: a policy",),
    )
    yield from _canary()
    yield StackDeployed("prod", "prod-Orders", "UPDATE_ROLLBACK_COMPLETE")
    yield LiveNow("prod", "77ab0d1" + "0" * 33, {"orders-prod-orders": {"41": 100.0}})
    reason = "UPDATE_ROLLBACK_COMPLETE: alarm orders-prod-orders-server-errors"
    yield ActionFinished("prod", "Deploy", Outcome.REFUSED, 36.0, "", reason, ("last <line>",))
    yield StageFinished("prod", Outcome.REFUSED, 36.1)
    measured = "measured 20 % (errors 4, requests 20 in the alarm's minute), limit 1 %"
    sentence = f"rolled back in prod: alarm orders-prod-orders-server-errors {measured}"
    yield RunFinished(Outcome.REFUSED, "prod", sentence, AGAIN, 1, 66.0)


def _first(stage: str) -> ChangeSetPrepared:
    """The change set of a stack that was not there."""
    made = {"OrdersFunction": "AWS::Lambda::Function", "Table": "AWS::DynamoDB::GlobalTable"}
    changes = tuple(ResourceChange(name, kind, "Add") for name, kind in made.items())
    everything = ("first release: everything is new at once, there is no version to shift traffic from",)
    return ChangeSetPrepared(
        stage, "prod-Orders", changes, ("first release: 1 role with 2 grants, all new",), everything
    )


def _base() -> Iterator[Event]:
    yield StageStarted(BASE_STAGE)
    yield ActionStarted(BASE_STAGE, "prod.Deploy", "logs/base.prod.Deploy.log")
    yield _first(BASE_STAGE)
    yield StackDeployed(BASE_STAGE, "prod-Orders", "CREATE_COMPLETE")
    yield ActionFinished(BASE_STAGE, "prod.Deploy", Outcome.PASSED, 0.6, "CREATE_COMPLETE")
    yield StageFinished(BASE_STAGE, Outcome.PASSED, 1.6)


def _approval() -> Iterator[Event]:
    yield StageStarted("approval")
    yield ActionStarted("approval", "Approve")
    yield ApprovalAsked("approval", "Approve", "ab" * 32, "Promote 3f9c1a2 to prod?")
    yield ApprovalAnswered("approval", "Approve", True, "--approve")
    yield ActionFinished("approval", "Approve", Outcome.PASSED, 0.1, "approved by --approve")
    yield StageFinished("approval", Outcome.PASSED, 0.1)


def _judged() -> str:
    """What the judge saw of the canary: a fifth of its requests failed, and none of the other version's."""
    healthy, failing = Counts(10), Counts(10, {Symptom.SERVER_ERRORS: 2})
    bins = tuple(Bin(10.0 * n, failing if n > 2 else healthy, Counts(90), 0.1) for n in range(12))
    failed = (6, 12)
    minutes = tuple(
        Bin(60.0 * n, Counts(60, {Symptom.SERVER_ERRORS: bad}), Counts(540), 0.1) for n, bad in enumerate(failed)
    )
    policy = Policy()
    about = ("orders-prod-orders", "live", "42", "41", "prod", "d-1")
    return write(Evidence(*about, 10.0, policy, bins, judge(bins, policy, 10.0, minutes), minutes))


EVIDENCE = _judged()


def _canary() -> Iterator[Event]:
    alarm = "orders-prod-orders-server-errors"
    watched = (WatchedAlarm(alarm, 1.0, "%"), WatchedAlarm("orders-prod-orders-latency", 3000.0, "ms"))
    config = "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    yield RolloutStarted("prod", "d-1", "orders-prod-orders", "live", "41", "42", config, watched)
    yield HookFinished("prod", "d-1", "BeforeAllowTraffic", "Succeeded", "4 probes")
    yield WeightShifted("prod", "d-1", 10.0, 1.0)
    for second in range(1, 7):
        yield RolloutSample("prod", "d-1", second * 30.0, 10.0, 10, 2 if second > 1 else 0, 90, 0, 41.0, {alarm: 20.0})
    counted = {"errors": 4.0, "requests": 20.0}
    yield AlarmChanged(
        "prod", "d-1", alarm, "ALARM", 20.0, 1.0, "%", "Threshold Crossed", 120.0, 10.0, counted, period_seconds=60.0
    )
    yield WeightShifted("prod", "d-1", 0.0, 185.0)
    yield RolloutSample("prod", "d-1", 190.0, 0.0, 0, 0, 100, 0)
    failures = {"POST /v1/orders": 9, "GET /v1/orders": 3}
    yield RolloutFinished("prod", "d-1", "Stopped", True, f"alarm {alarm}", 60, 12, 186.0, failures, ERRORS)
    yield HookSaid("prod", "d-1", "orders-prod-judge", (), EVIDENCE)


def _delivered() -> Iterator[Event]:
    yield from _begin(None, "first release: there is no earlier commit to deploy first")
    yield ActionFinished("Build", "scan", Outcome.PASSED, 11.4, SCAN.summary, verdict=SCAN)
    yield StageFinished("Build", Outcome.PASSED, 21.0)
    yield from _approval()
    yield StageStarted("prod")
    yield ActionStarted("prod", "Deploy")
    yield _first("prod")
    yield StackDeployed("prod", "prod-Orders", "CREATE_COMPLETE")
    yield Noted("prod: first release, nothing to shift")
    yield ActionFinished("prod", "Deploy", Outcome.PASSED, 3.0, "CREATE_COMPLETE; nothing to shift")
    smoke = Verdict("smoke", Outcome.PASSED, "6 passed", 6, "probes", "scripts/slipway gate smoke --stage prod", "prod")
    yield ActionStarted("prod", "smoke")
    yield ActionFinished("prod", "smoke", Outcome.PASSED, 1.2, smoke.summary, verdict=smoke)
    yield StageFinished("prod", Outcome.PASSED, 4.4)
    yield LiveNow("prod", "3f9c1a2" + "0" * 33, {"orders-prod-orders": {"1": 100.0}})
    yield RunFinished(Outcome.PASSED, "prod", "delivered to prod: 3 of 3 gates passed", AGAIN, 0, 33.0)


def _entries(events: Iterator[Event]) -> tuple[Entry, ...]:
    return tuple(Entry(seq, float(seq), event) for seq, event in enumerate(events, start=1))
