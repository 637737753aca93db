"""What holds for every deployment, whatever comes in whatever order."""

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.codedeploy import (
    HOOK_LIMIT_S,
    AlarmConfiguration,
    AlarmStates,
    AllAtOnce,
    Canary,
    DeploymentEnded,
    DeploymentPlan,
    DeploymentState,
    DeploymentStatus,
    Effect,
    Event,
    EventName,
    Finish,
    HookReported,
    InvokeHook,
    Linear,
    Outcome,
    RollbackEvent,
    SetWeights,
    StopRequested,
    Tick,
    next_wake,
    start,
    step,
)

BEFORE, AFTER = EventName.BEFORE_ALLOW_TRAFFIC, EventName.AFTER_ALLOW_TRAFFIC
alarm_states = st.sampled_from(["OK", "INSUFFICIENT_DATA", "ALARM", None])
quiet_states = st.sampled_from(["OK", "INSUFFICIENT_DATA"])
routings = st.one_of(
    st.just(AllAtOnce()),
    st.builds(Canary, st.integers(1, 99), st.integers(1, 900)),
    st.builds(Linear, st.integers(5, 99), st.integers(1, 300)),
)
plans = st.builds(
    DeploymentPlan,
    deployment_id=st.just("d-1"),
    rollback_id=st.just("d-2"),
    application=st.just("app"),
    group=st.just("group"),
    function=st.just("orders"),
    alias=st.just("live"),
    current_version=st.just("1"),
    target_version=st.just("2"),
    routing=routings,
    before_allow_traffic=st.sampled_from([None, "pre"]),
    after_allow_traffic=st.sampled_from([None, "post"]),
    alarms=st.builds(AlarmConfiguration, st.just(("a",)), st.booleans(), st.booleans()),
    auto_rollback=st.frozensets(st.sampled_from(RollbackEvent)),
)
events: st.SearchStrategy[Event] = st.one_of(
    st.just(Tick()),
    st.builds(HookReported, st.sampled_from([BEFORE, AFTER]), st.sampled_from(["Succeeded", "Succeeded", "Failed"])),
    st.builds(AlarmStates, st.fixed_dictionaries({"a": st.one_of(quiet_states, alarm_states)})),
    st.builds(StopRequested, st.sampled_from([None, True, False])),
)
histories = st.lists(st.tuples(st.floats(0, 400), events), max_size=25)


@dataclass(frozen=True)
class Run:
    """A deployment played to its end: every state and every effect."""

    states: list[DeploymentState]
    effects: list[Effect]

    @property
    def last(self) -> DeploymentState:
        return self.states[-1]

    @property
    def finish(self) -> Finish:
        return next(effect for effect in self.effects if isinstance(effect, Finish))


def play(plan: DeploymentPlan, history: list[tuple[float, Event]]) -> Run:
    """The events with the pauses before them, then ticks at every due time until it has ended."""
    state, effects = start(plan, 0.0, {"a": "OK"})
    run = Run([state], list(effects))
    at = 0.0
    for pause, event in history:
        at += pause
        state, effects = step(state, event, at)
        run.states.append(state)
        run.effects.extend(effects)
    while (wake := next_wake(state)) is not None:
        state, effects = step(state, Tick(), max(wake, state.at))
        run.states.append(state)
        run.effects.extend(effects)
    return run


@given(plans, histories)
def test_every_deployment_ends_once_and_its_last_word_is_finish(
    plan: DeploymentPlan, history: list[tuple[float, Event]]
) -> None:
    run = play(plan, history)

    finishes = [effect for effect in run.effects if isinstance(effect, Finish)]
    ended = [effect.deployment_id for effect in run.effects if isinstance(effect, DeploymentEnded)]

    assert len(finishes) == 1
    assert ended == (["d-1", "d-2"] if run.last.rollback else ["d-1"])
    assert run.last.status in (DeploymentStatus.SUCCEEDED, DeploymentStatus.FAILED, DeploymentStatus.STOPPED)
    assert (finishes[0].outcome, finishes[0].new_percent) == (run.last.outcome, run.last.new_percent)


@given(plans, histories)
def test_the_new_version_only_gains_traffic_until_it_loses_all_of_it(
    plan: DeploymentPlan, history: list[tuple[float, Event]]
) -> None:
    run = play(plan, history)
    moves = [effect for effect in run.effects if isinstance(effect, SetWeights)]
    forward = [move.new_percent for move in moves if move.deployment_id == "d-1"]
    back = [move.new_percent for move in moves if move.deployment_id == "d-2"]

    assert forward == sorted(set(forward))
    assert moves == sorted(moves, key=lambda move: move.at)
    assert back == ([0] if forward and run.last.rollback else [])


@given(plans, histories)
def test_traffic_ends_on_one_version_unless_a_rollback_was_not_wanted(
    plan: DeploymentPlan, history: list[tuple[float, Event]]
) -> None:
    run = play(plan, history)

    if run.last.outcome is Outcome.SUCCEEDED:
        assert (run.last.new_percent, run.last.rollback) == (100, None)
    elif run.last.rollback:
        assert run.last.new_percent == 0
    else:
        assert plan.auto_rollback != frozenset(RollbackEvent) or StopRequested(False) in [e for _, e in history]


@given(plans, histories)
def test_what_is_rolled_back_has_not_succeeded(plan: DeploymentPlan, history: list[tuple[float, Event]]) -> None:
    finish = play(plan, history).finish

    assert not (finish.rolled_back and finish.outcome is Outcome.SUCCEEDED)
    assert (finish.new_percent == 100 and not finish.rolled_back) or finish.outcome is not Outcome.SUCCEEDED


@given(plans, histories, events, st.floats(0, 10_000))
def test_a_final_state_never_leaves(
    plan: DeploymentPlan, history: list[tuple[float, Event]], event: Event, later: float
) -> None:
    run = play(plan, history)
    first_end = next(index for index, state in enumerate(run.states) if state.ended)

    assert all(state == run.last for state in run.states[first_end:])
    after, effects = step(run.last, event, run.last.at + later)
    assert after == run.last
    assert not any(isinstance(effect, SetWeights | InvokeHook | Finish | DeploymentEnded) for effect in effects)


@given(plans, histories)
def test_a_hook_that_fails_before_traffic_never_moves_it(
    plan: DeploymentPlan, history: list[tuple[float, Event]]
) -> None:
    run = play(plan, history)

    if run.last.events[0].status.value == "Failed":
        assert not any(isinstance(effect, SetWeights) for effect in run.effects)


@given(plans, st.lists(st.floats(0.5, 500), max_size=12), st.sampled_from([1.0, 60.0, 1000.0]))
def test_how_often_it_ticks_changes_neither_the_shifts_nor_the_result(
    plan: DeploymentPlan, pauses: list[float], hook_s: float
) -> None:
    assert result_of(plan, pauses, hook_s) == result_of(plan, [], hook_s)


def result_of(plan: DeploymentPlan, pauses: list[float], hook_s: float) -> list[Effect]:
    """Every effect where hooks succeed after `hook_s`, ticking at the due times and at these pauses besides."""
    state, effects = start(plan, 0.0, {"a": "OK"})
    seen = list(effects)
    ticks = [sum(pauses[: count + 1]) for count in range(len(pauses))]
    while not state.ended:
        hook = next((effect for effect in reversed(seen) if isinstance(effect, InvokeHook)), None)
        due: tuple[float, Event]
        if state.awaited_hook is not None and hook is not None:
            due = (hook.at + hook_s, HookReported(state.awaited_hook, "Succeeded"))
        else:
            due = (next_wake(state) or 0.0, Tick())
        early = [tick for tick in ticks if state.at < tick < due[0]]
        at, event = (early[0], Tick()) if early else due
        state, effects = step(state, event, at)
        seen += effects
    return seen


@given(plans, st.integers(1, 5))
def test_one_late_tick_does_what_many_on_time_do(plan: DeploymentPlan, late_hours: int) -> None:
    silent = replace(plan, before_allow_traffic=None, after_allow_traffic=None)
    at_once, _ = step(start(silent, 0.0, {"a": "OK"})[0], Tick(), late_hours * 100 * HOOK_LIMIT_S)

    assert at_once == play(silent, []).last
