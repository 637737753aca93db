"""Deployments from start to end, by whole lists of effects."""

from dataclasses import replace

import pytest

from pipeline.rehearsal.world.codedeploy import (
    HOOK_LIMIT_S,
    AlarmConfiguration,
    AlarmStates,
    AllAtOnce,
    Canary,
    CodeDeployProblem,
    DeploymentEnded,
    DeploymentPlan,
    DeploymentStarted,
    DeploymentState,
    DeploymentStatus,
    Effect,
    ErrorCode,
    Event,
    EventName,
    EventStatus,
    Failure,
    Finish,
    HookReported,
    Ignored,
    InvokeHook,
    LifecycleEvent,
    Linear,
    Outcome,
    Rollback,
    RollbackEvent,
    SetWeights,
    StopRequested,
    Tick,
    next_wake,
    start,
    step,
)

BEFORE, ALLOW, AFTER = EventName.BEFORE_ALLOW_TRAFFIC, EventName.ALLOW_TRAFFIC, EventName.AFTER_ALLOW_TRAFFIC
PLAN = DeploymentPlan(
    deployment_id="d-NEW",
    rollback_id="d-BACK",
    application="orders",
    group="orders-live",
    function="orders",
    alias="live",
    current_version="1",
    target_version="2",
    routing=Canary(10, 300),
    before_allow_traffic="CodeDeployHook_pre",
    after_allow_traffic="CodeDeployHook_post",
    alarms=AlarmConfiguration(("orders-5xx", "orders-slow")),
    auto_rollback=frozenset(RollbackEvent),
)
BARE = replace(PLAN, before_allow_traffic=None, after_allow_traffic=None, alarms=AlarmConfiguration())
QUIET = {"orders-5xx": "OK", "orders-slow": "INSUFFICIENT_DATA"}
RED = {"orders-5xx": "ALARM", "orders-slow": "OK"}
ALARM_MESSAGE = (
    "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected "
    "deployments have been stopped. Activated alarms: <orders-5xx>"
)
ON_ALARM = Failure(ErrorCode.ALARM_ACTIVE, ALARM_MESSAGE, "alarm orders-5xx is in ALARM")


def run(plan: DeploymentPlan, *events: tuple[float, Event], at: float = 0.0) -> tuple[DeploymentState, list[Effect]]:
    """Every effect of a deployment started with quiet alarms."""
    state, effects = start(plan, at, QUIET)
    seen = list(effects)
    for when, event in events:
        state, effects = step(state, event, when)
        seen += effects
    return state, seen


def weights(percent: int, at: float, deployment: str = "d-NEW") -> SetWeights:
    return SetWeights(deployment, percent, "2", "1", at)


def invoked(event: EventName, function: str, at: float) -> InvokeHook:
    return InvokeHook("d-NEW", event, function, f"d-NEW.{event}", at)


def rolled_back(at: float, *, moved: bool = True) -> list[Effect]:
    """The rollback deployment, whole."""
    return [
        DeploymentStarted("d-BACK", at, rollback_of="d-NEW"),
        *([weights(0, at, "d-BACK")] if moved else []),
        DeploymentEnded("d-BACK", DeploymentStatus.SUCCEEDED, at),
    ]


def statuses(state: DeploymentState) -> list[str]:
    return [event.status.value for event in state.events]


def test_a_good_canary_with_both_hooks() -> None:
    state, effects = run(
        PLAN,
        (5, HookReported(BEFORE, "Succeeded")),
        (100, AlarmStates(QUIET)),
        (305, Tick()),
        (309, HookReported(AFTER, "Succeeded")),
    )

    assert effects == [
        DeploymentStarted("d-NEW", 0),
        invoked(BEFORE, "CodeDeployHook_pre", 0),
        weights(10, 5),
        weights(100, 305),
        invoked(AFTER, "CodeDeployHook_post", 305),
        DeploymentEnded("d-NEW", DeploymentStatus.SUCCEEDED, 309),
        Finish(Outcome.SUCCEEDED, "orders:live is at version 2", False, 100, 309),
    ]
    assert state.events == (
        LifecycleEvent(BEFORE, EventStatus.SUCCEEDED, 0, 5),
        LifecycleEvent(ALLOW, EventStatus.SUCCEEDED, 5, 305),
        LifecycleEvent(AFTER, EventStatus.SUCCEEDED, 305, 309),
    )
    assert (state.failure, state.rollback, state.stack_failure) == (None, None, None)


def test_without_hooks_all_at_once_is_over_at_once() -> None:
    state, effects = run(replace(BARE, routing=AllAtOnce()), at=7)

    assert effects == [
        DeploymentStarted("d-NEW", 7),
        weights(100, 7),
        DeploymentEnded("d-NEW", DeploymentStatus.SUCCEEDED, 7),
        Finish(Outcome.SUCCEEDED, "orders:live is at version 2", False, 100, 7),
    ]
    assert statuses(state) == ["Succeeded"] * 3


def test_a_linear_deployment_takes_nine_intervals() -> None:
    state, effects = run(replace(BARE, routing=Linear(10, 60)), (10_000, Tick()))

    assert [effect for effect in effects if isinstance(effect, SetWeights)] == [
        weights(10 * (increment + 1), 60 * increment) for increment in range(10)
    ]
    assert (state.outcome, state.at) == (Outcome.SUCCEEDED, 540)


@pytest.mark.parametrize(
    ("current", "reason"),
    [
        (None, "alias live of orders is new: nothing to shift from"),
        ("2", "orders stays at version 2: nothing to shift"),
    ],
)
def test_a_first_deployment_and_an_unchanged_version_shift_nothing(current: str | None, reason: str) -> None:
    state, effects = start(replace(PLAN, current_version=current), 3, RED)

    assert effects == (Finish(Outcome.NOTHING_TO_SHIFT, reason, False, 100, 3),)
    assert (state.status, next_wake(state)) == (None, None)
    assert statuses(state) == ["Skipped"] * 3


def test_an_alarm_during_the_shift_brings_everything_back() -> None:
    state, effects = run(PLAN, (5, HookReported(BEFORE, "Succeeded")), (65, AlarmStates(RED)))

    assert effects[2:] == [
        weights(10, 5),
        DeploymentEnded("d-NEW", DeploymentStatus.STOPPED, 65, ON_ALARM),
        *rolled_back(65),
        Finish(Outcome.STOPPED, "alarm orders-5xx is in ALARM", True, 0, 65),
    ]
    assert statuses(state) == ["Succeeded", "Failed", "Skipped"]
    assert state.stack_failure == f"d-NEW failed. {ALARM_MESSAGE}"
    assert state.rollback == Rollback("d-BACK", "d-NEW", 65)
    assert state.rollback.message == "Deployment d-BACK is triggered to roll back deployment d-NEW."
    assert state.rollback.message_of_ended == (
        "Deployment d-NEW terminated. Automatic rollback is triggered with a DeploymentId d-BACK."
    )


def test_an_alarm_that_is_already_red_stops_the_deployment_before_it_begins() -> None:
    state, effects = start(PLAN, 0, RED)

    assert effects == (
        DeploymentStarted("d-NEW", 0),
        DeploymentEnded("d-NEW", DeploymentStatus.STOPPED, 0, ON_ALARM),
        *rolled_back(0, moved=False),
        Finish(Outcome.STOPPED, "alarm orders-5xx is in ALARM", True, 0, 0),
    )
    assert statuses(state) == ["Skipped"] * 3


def test_an_alarm_during_a_hook_stops_too() -> None:
    before, _ = run(PLAN, (1, AlarmStates(RED)))
    after, _ = run(PLAN, (5, HookReported(BEFORE, "Succeeded")), (306, AlarmStates(RED)))

    assert [statuses(before), statuses(after)] == [
        ["Failed", "Skipped", "Skipped"],
        ["Succeeded", "Succeeded", "Failed"],
    ]
    assert (before.new_percent, after.new_percent) == (0, 0)


def test_without_rollback_on_alarms_the_weights_stay() -> None:
    plan = replace(PLAN, auto_rollback=frozenset({RollbackEvent.FAILURE}))

    state, effects = run(plan, (5, HookReported(BEFORE, "Succeeded")), (65, AlarmStates(RED)))

    assert effects[-1] == Finish(Outcome.STOPPED, "alarm orders-5xx is in ALARM", False, 10, 65)
    assert (state.rollback, state.new_percent) == (None, 10)


def test_an_alarm_in_the_second_of_a_shift_stops_that_shift() -> None:
    _, effects = run(PLAN, (5, HookReported(BEFORE, "Succeeded")), (305, AlarmStates(RED)))

    assert weights(100, 305) not in effects


def test_an_alarm_after_the_end_changes_nothing() -> None:
    ended, _ = run(BARE, (301, Tick()))

    assert step(ended, AlarmStates(RED), 302) == (ended, ())


def test_insufficient_data_is_fine_to_codedeploy() -> None:
    unknown = dict.fromkeys(QUIET, "INSUFFICIENT_DATA")

    state, _ = start(PLAN, 0, unknown)

    assert step(state, AlarmStates(unknown), 1) == (replace(state, at=1), ())


def test_an_alarm_that_cannot_be_read_stops_the_deployment() -> None:
    state, effects = run(PLAN, (1, AlarmStates({"orders-5xx": "OK", "orders-slow": None})))

    assert state.failure == Failure(
        ErrorCode.INTERNAL_ERROR,
        "The deployment was stopped: the state of alarm orders-slow could not be read.",
        "the state of alarm orders-slow could not be read",
    )
    assert isinstance(effects[-1], Finish)
    assert start(PLAN, 0)[0].outcome is Outcome.STOPPED


def test_unless_the_group_ignores_poll_failures() -> None:
    lenient = replace(PLAN, alarms=replace(PLAN.alarms, ignore_poll_failure=True))

    state, effects = start(lenient, 0)

    assert effects[-1] == invoked(BEFORE, "CodeDeployHook_pre", 0)
    assert step(state, AlarmStates({"orders-5xx": "ALARM"}), 1)[0].outcome is Outcome.STOPPED


def test_a_disabled_alarm_configuration_watches_nothing() -> None:
    blind = replace(PLAN, alarms=replace(PLAN.alarms, enabled=False))

    assert start(blind, 0, RED)[0].outcome is None


def test_a_hook_that_fails_before_traffic_moves_no_weight() -> None:
    message = "The deployment failed because one or more of the lifecycle event validation functions failed."
    failure = Failure(
        ErrorCode.HOOK_EXECUTION_FAILURE, message, "hook BeforeAllowTraffic (CodeDeployHook_pre) reported Failed"
    )

    state, effects = run(PLAN, (4, HookReported(BEFORE, "Failed")))

    assert effects[2:] == [
        DeploymentEnded("d-NEW", DeploymentStatus.FAILED, 4, failure),
        *rolled_back(4, moved=False),
        Finish(Outcome.FAILED, failure.detail, True, 0, 4),
    ]
    assert statuses(state) == ["Failed", "Skipped", "Skipped"]


def test_a_hook_that_fails_after_traffic_brings_everything_back() -> None:
    state, effects = run(PLAN, (5, HookReported(BEFORE, "Succeeded")), (310, HookReported(AFTER, "Failed")))

    assert [effect for effect in effects if isinstance(effect, SetWeights)] == [
        weights(10, 5),
        weights(100, 305),
        weights(0, 310, "d-BACK"),
    ]
    assert (state.outcome, statuses(state)) == (Outcome.FAILED, ["Succeeded", "Succeeded", "Failed"])


def test_a_silent_hook_fails_the_deployment_after_an_hour() -> None:
    state, _ = start(PLAN, 0, QUIET)
    assert next_wake(state) == HOOK_LIMIT_S

    waiting, effects = step(state, Tick(), HOOK_LIMIT_S - 0.1)
    assert (waiting.awaited_hook, effects) == (BEFORE, ())

    failed, effects = step(waiting, Tick(), HOOK_LIMIT_S + 50)
    assert effects[-1] == Finish(
        Outcome.FAILED,
        "hook BeforeAllowTraffic (CodeDeployHook_pre) did not report within 3600 s",
        True,
        0,
        HOOK_LIMIT_S,
    )
    assert failed.failure is not None
    assert failed.failure.message == (
        "The deployment timed out while waiting for a status callback. CodeDeploy expects a status callback within one "
        "hour after a deployment hook is invoked."
    )


def test_a_silent_hook_after_traffic_brings_everything_back() -> None:
    state, effects = run(PLAN, (5, HookReported(BEFORE, "Succeeded")), (305, Tick()), (305 + HOOK_LIMIT_S, Tick()))

    assert effects[-1] == Finish(
        Outcome.FAILED,
        "hook AfterAllowTraffic (CodeDeployHook_post) did not report within 3600 s",
        True,
        0,
        305 + HOOK_LIMIT_S,
    )
    assert statuses(state) == ["Succeeded", "Succeeded", "Failed"]


def test_a_report_in_the_last_second_of_the_hour_still_counts() -> None:
    state, _ = run(PLAN, (HOOK_LIMIT_S, HookReported(BEFORE, "Succeeded")))

    assert state.running is ALLOW


def test_a_late_tick_does_not_time_out_a_hook_that_never_had_its_hour() -> None:
    state, effects = run(PLAN, (5, HookReported(BEFORE, "Succeeded")), (9_000, Tick()))

    assert effects[-1] == invoked(AFTER, "CodeDeployHook_post", 305)
    assert next_wake(state) == 9_000 + HOOK_LIMIT_S


@pytest.mark.parametrize(
    ("at", "report", "reason"),
    [
        (
            1,
            HookReported(AFTER, "Succeeded"),
            "AfterAllowTraffic reported Succeeded, but BeforeAllowTraffic is awaited",
        ),
        (6, HookReported(BEFORE, "Failed"), "BeforeAllowTraffic reported Failed, but no hook is awaited"),
    ],
)
def test_a_report_that_nobody_awaits_is_named_and_changes_nothing(at: float, report: HookReported, reason: str) -> None:
    state, _ = run(PLAN) if at < 5 else run(PLAN, (5, HookReported(BEFORE, "Succeeded")))

    assert step(state, report, at) == (replace(state, at=at), (Ignored(reason),))


def test_only_succeeded_and_failed_can_be_reported() -> None:
    state, _ = start(PLAN, 0, QUIET)

    with pytest.raises(CodeDeployProblem, match="reported 'Skipped'; only Succeeded or Failed is accepted"):
        step(state, HookReported(BEFORE, "Skipped"), 1)


@pytest.mark.parametrize(
    ("asked", "configured", "rolls_back"),
    [(None, True, True), (None, False, False), (True, False, True), (False, True, False)],
)
def test_a_stop_rolls_back_as_asked_or_else_as_configured(
    asked: bool | None, configured: bool, rolls_back: bool
) -> None:
    events = frozenset(RollbackEvent) if configured else frozenset({RollbackEvent.STOP_ON_ALARM})
    plan = replace(BARE, auto_rollback=events)

    state, effects = run(plan, (30, StopRequested(asked)))

    assert (state.status, state.new_percent) == (DeploymentStatus.STOPPED, 0 if rolls_back else 10)
    assert effects[-1] == Finish(
        Outcome.STOPPED, "the deployment was stopped by request", rolls_back, state.new_percent, 30
    )
    assert state.failure is not None
    assert state.failure.code is ErrorCode.MANUAL_STOP


def test_stopping_twice_is_named_and_changes_nothing() -> None:
    stopped, _ = run(BARE, (30, StopRequested()))

    assert step(stopped, StopRequested(), 31) == (stopped, (Ignored("deployment d-NEW has already ended"),))


def test_time_cannot_run_back() -> None:
    state, _ = run(PLAN, (10, Tick()))

    with pytest.raises(CodeDeployProblem, match=r"d-NEW: time ran back from 10 to 9\.5"):
        step(state, Tick(), 9.5)


def test_an_unknown_alarm_state_is_refused() -> None:
    with pytest.raises(CodeDeployProblem, match="alarm orders-5xx: unknown state 'RED'"):
        start(PLAN, 0, {"orders-5xx": "RED"})


def test_more_than_ten_alarms_are_refused() -> None:
    with pytest.raises(CodeDeployProblem, match="11 alarms on one deployment group; at most 10"):
        AlarmConfiguration(tuple(f"a{number}" for number in range(11)))


def test_latest_cannot_take_part() -> None:
    with pytest.raises(CodeDeployProblem, match=r"\$LATEST can't take part in a deployment; publish a version"):
        replace(PLAN, target_version="$LATEST")


def test_next_wake_names_every_due_time() -> None:
    state, _ = start(replace(BARE, routing=Linear(25, 60)), 1000)
    wakes = []
    while (wake := next_wake(state)) is not None:
        wakes.append(wake)
        state, _ = step(state, Tick(), wake)

    assert wakes == [1060, 1120, 1180]


def test_the_fraction_is_lambdas() -> None:
    assert weights(10, 0).new_fraction == 0.1
