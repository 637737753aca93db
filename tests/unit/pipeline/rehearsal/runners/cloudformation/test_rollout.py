"""What the world observed of a deployment becomes the run's events, with true sums."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.record import events
from pipeline.record.events import WatchedAlarm
from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.runners.cloudformation.rollout import why_rolled_back
from pipeline.rehearsal.runners.cloudformation.rollout_teller import RolloutTeller
from pipeline.rehearsal.world import observation as seen
from pipeline.rehearsal.world.observation import Observation

HERE = ("444444444444", "eu-west-1")
CANARY = "CodeDeployDefault.LambdaCanary10Percent5Minutes"


def observed(*happenings: seen.Happening, account: str = HERE[0], begin: float = 100.0) -> list[Observation]:
    """Observations of one place, thirty seconds of the world apart."""
    return [
        Observation(number + 1, float(number), begin + 30 * number, account, HERE[1], what)
        for number, what in enumerate(happenings)
    ]


def started(alarms: tuple[str, ...] = ("errors",), config: str = CANARY) -> seen.DeploymentStarted:
    return seen.DeploymentStarted("d-1", "app", "group", "orders", "live", "6", "7", config, alarms)


def sample(
    requests: int, errors: int = 0, failed: int = 0, failures: dict[str, int] | None = None
) -> seen.CanarySample:
    return seen.CanarySample(
        deployment="d-1",
        function="orders",
        alias="live",
        weight=0.1,
        new=seen.VersionSample("7", requests, errors, failed, 2.0, 8.5),
        old=seen.VersionSample("6", 90, 1, 0, 2.0, 8.0),
        failures=failures or {},
        measured={"errors": 1.5},
    )


def finished(status: str = "Succeeded", rolled_back: bool = False, reason: str = "") -> seen.DeploymentFinished:
    return seen.DeploymentFinished("d-1", "orders", "live", status, rolled_back, reason)


def fired(alarm: str = "errors", measured: float | None = 2.4, limit: float | None = 1.0) -> seen.AlarmChanged:
    return seen.AlarmChanged(alarm, "OK", "ALARM", "2 of 3", measured, limit, "%")


def teller() -> RolloutTeller:
    return RolloutTeller("prod", *HERE, lambda names: {name: WatchedAlarm(name, 1.0) for name in names})


def test_a_rollout_is_told_from_its_start_to_its_end() -> None:
    told = teller()
    assert told.hear(
        observed(
            started(),
            seen.LifecycleEvent("d-1", "BeforeAllowTraffic", "InProgress"),
            seen.LifecycleEvent("d-1", "BeforeAllowTraffic", "Succeeded", "warm"),
            seen.WeightsSet("orders", "live", {"6": 0.9, "7": 0.1}, "d-1"),
            sample(10, failed=2, failures={"POST /v1/orders": 2}),
            seen.FunctionError("orders", "7", "r-1", "KeyError: 'sku'"),
            seen.LifecycleEvent("d-1", "AllowTraffic", "Succeeded"),
            finished(),
        )
    ) == [
        events.RolloutStarted("prod", "d-1", "orders", "live", "6", "7", CANARY, (WatchedAlarm("errors", 1.0),)),
        events.HookFinished("prod", "d-1", "BeforeAllowTraffic", "Succeeded", "warm"),
        events.WeightShifted("prod", "d-1", 10.0, 90.0),
        events.RolloutSample(
            stage="prod",
            deployment="d-1",
            world_seconds=120.0,
            weight=10.0,
            requests_new=10,
            failed_new=2,
            requests_old=90,
            failed_old=1,
            p99_new_ms=8.5,
            measured={"errors": 1.5},
        ),
        events.RolloutFinished(
            stage="prod",
            deployment="d-1",
            status="Succeeded",
            rolled_back=False,
            reason="",
            requests=10,
            failed=2,
            world_seconds=210.0,
            failures_by_operation={"POST /v1/orders": 2},
            errors=("KeyError: 'sku'",),
        ),
    ]
    assert not told.under_way


def answered(said: object, deployment: str = "d-1", name: str = "AfterAllowTraffic") -> seen.HookAnswered:
    return seen.HookAnswered(deployment, name, json.dumps(said))


def test_what_a_hook_returns_for_people_is_told() -> None:
    said = {"status": "Failed", "reasons": ["version 7 is worse"], "evidence": "{}"}
    (_, told) = teller().hear(observed(started(), answered(said)))
    assert told == events.HookSaid("prod", "d-1", "AfterAllowTraffic", ("version 7 is worse",), "{}")


def test_what_a_judge_saw_is_told_though_the_rollout_has_finished() -> None:
    saw = answered({"deployment": "d-1", "evidence": "{}"}, name="orders-prod-judge")
    told = teller().hear(observed(started(), finished("Stopped", True), saw))
    assert told[-1] == events.HookSaid("prod", "d-1", "orders-prod-judge", (), "{}")


@pytest.mark.parametrize(
    "said", [None, "well", 7, [], {}, {"reasons": []}, {"reasons": "many", "evidence": 7}, {"reasons": [7]}]
)
def test_what_says_nothing_for_people_is_not_told(said: object) -> None:
    assert len(teller().hear(observed(started(), answered(said)))) == 1


def test_what_is_said_of_a_deployment_that_nobody_knows_is_not_told() -> None:
    assert teller().hear(observed(answered({"reasons": ["bad"]}, deployment="d-9"))) == []


def test_an_alarm_counts_only_for_the_rollout_that_watches_it() -> None:
    told = teller()
    heard = told.hear(observed(started(), fired("other"), fired(), fired()))
    assert [event.kind for event in heard] == ["rollout-started", "alarm-changed", "alarm-changed"]
    assert told.rollouts["d-1"].fired == heard[1]


def test_an_alarm_without_a_limit_of_its_own_has_the_one_it_was_made_with() -> None:
    told = teller()
    (_, changed) = told.hear(observed(started(), fired(limit=None)))
    assert isinstance(changed, events.AlarmChanged)
    assert (changed.limit, changed.unit, changed.world_seconds) == (1.0, "%", 30.0)


def test_what_an_alarm_counted_goes_with_it_to_all_that_is_told() -> None:
    told = teller()
    counted = replace(fired(measured=35.294), behind={"errors": 6.0, "requests": 17.0}, period_seconds=300.0)
    heard = told.hear(observed(started(), sample(5), counted, finished("Failed", True)))
    assert [event.behind for event in heard if isinstance(event, events.AlarmChanged)] == [counted.behind]
    assert "measured 35.294 % (errors 6, requests 17 in the alarm's 300 s), limit 1 %" in (
        why_rolled_back(told.rollouts.values())
    )


def test_what_happens_elsewhere_is_not_told() -> None:
    assert teller().hear(observed(started(), sample(5), account="222222222222")) == []


def test_a_world_that_failed_breaks_the_run_wherever_it_failed() -> None:
    with pytest.raises(Broke, match="the local AWS failed: a thread died"):
        teller().hear(observed(seen.WorldFailed("a thread died"), account="000000000000"))


def test_lost_observations_are_said() -> None:
    (noted,) = teller().hear(observed(seen.ObservationsDropped(7)))
    assert noted == events.Noted("prod: 7 observations of the world were lost; counts are too low")


def test_errors_of_functions_are_gathered_for_the_log() -> None:
    told = teller()
    told.hear(observed(seen.FunctionError("orders", "7", "r-1", "KeyError: 'sku'")))
    assert told.errors == ["orders version 7: KeyError: 'sku'"]


def test_only_the_new_version_s_errors_speak_for_it_each_once_and_three_at_most() -> None:
    told = teller()
    lines = ["a", "b", "a", "c", "d"]
    told.hear(observed(started(), *(seen.FunctionError("orders", "7", "r", line) for line in lines)))
    told.hear(observed(seen.FunctionError("orders", "6", "r", "old"), seen.FunctionError("other", "7", "r", "other")))
    assert told.rollouts["d-1"].errors == ["a", "b", "c"]


def test_an_alarm_says_how_much_of_the_traffic_the_new_version_had_by_then() -> None:
    for share, late in ((0.1, ""), (1.0, ", only after the shift to 100 %")):
        told = teller()
        shift = seen.WeightsSet("orders", "live", {"6": 1 - share, "7": share}, "d-1")
        told.hear(observed(started(), shift, fired(), finished("Stopped", rolled_back=True)))
        assert f"measured 2.4 %, limit 1 %{late};" in why_rolled_back(told.rollouts.values())


def test_what_comes_after_the_end_is_not_counted() -> None:
    told = teller()
    told.hear(observed(started(), sample(5), finished(), sample(50), fired()))
    assert told.rollouts["d-1"].requests == 5


@pytest.mark.parametrize(
    ("requests", "failed", "unit", "doubtful"),
    [
        (50, 2, "%", "orders: 2 of 50 requests to version 7 failed, 4 % where a rehearsal lets 1 % pass"),
        (50, 1, "%", ""),
        (50, 0, "%", ""),
        (200, 2, "%", ""),
        (50, 2, "ms", ""),
    ],
    ids=["over the limit", "one may be an accident", "none", "at the limit", "no alarm on a rate"],
)
def test_a_success_over_the_limits_of_its_alarms_is_doubtful(
    requests: int, failed: int, unit: str, doubtful: str
) -> None:
    told = RolloutTeller("prod", *HERE, lambda names: {name: WatchedAlarm(name, 1.0, unit) for name in names})
    told.hear(observed(started(), sample(requests, failed=failed), finished()))
    assert told.rollouts["d-1"].doubtful == doubtful


@pytest.mark.parametrize(("limit", "passing"), [(50.0, "1 %"), (0.5, "0.5 %")])
def test_what_alarms_leave_to_a_judge_is_doubtful_all_the_same(limit: float, passing: str) -> None:
    told = RolloutTeller("prod", *HERE, lambda names: {name: WatchedAlarm(name, limit, "%") for name in names})
    told.hear(observed(started(), sample(100, failed=2), finished()))
    assert told.rollouts["d-1"].doubtful.endswith(f"2 % where a rehearsal lets {passing} pass")


def test_what_was_rolled_back_is_not_doubtful_but_sure() -> None:
    told = RolloutTeller("prod", *HERE, lambda names: {name: WatchedAlarm(name, 1.0, "%") for name in names})
    told.hear(observed(started(), sample(10, failed=9), finished("Stopped", rolled_back=True)))
    assert told.rollouts["d-1"].doubtful == ""


@pytest.mark.parametrize(
    ("happenings", "blind"),
    [
        ([started(), sample(0), finished()], True),
        ([started(), finished()], True),
        ([started(), sample(1), finished()], False),
        ([started(config="CodeDeployDefault.LambdaAllAtOnce"), finished()], False),
        ([started(), finished("Failed", True)], False),
        ([started(), sample(0)], False),
    ],
)
def test_a_step_by_step_rollout_that_nobody_used_is_blind(happenings: list[seen.Happening], blind: bool) -> None:
    told = teller()
    told.hear(observed(*happenings))
    assert told.rollouts["d-1"].blind is blind


@pytest.mark.parametrize(
    ("happenings", "why"),
    [
        (
            [started(), sample(1290, 11, 20), fired(), finished("Failed", True)],
            "orders was rolled back: alarm errors measured 2.4 %, limit 1 %; 31 of 1,290 requests to version 7 failed",
        ),
        (
            [started(), sample(5), fired(measured=None), finished("Failed", True)],
            "orders was rolled back: alarm errors measured something, limit 1 %; 0 of 5 requests to version 7 failed",
        ),
        (
            [started(), finished("Failed", True, "BeforeAllowTraffic failed")],
            "orders was rolled back: BeforeAllowTraffic failed; 0 of 0 requests to version 7 failed",
        ),
        ([started(), sample(5), finished()], ""),
        ([started(), sample(5)], ""),
    ],
)
def test_a_rollback_is_said_in_one_sentence(happenings: list[seen.Happening], why: str) -> None:
    told = teller()
    told.hear(observed(*happenings))
    assert why_rolled_back(told.rollouts.values()) == why


def test_the_rollout_that_failed_by_itself_speaks_for_those_it_stopped() -> None:
    told = teller()
    stopped = replace(started(), deployment="d-0", function="products")
    told.hear(
        observed(
            stopped,
            started(),
            sample(10, failed=3),
            finished("Failed", True, "hook failed"),
            replace(finished("Stopped", True, "the deployment was stopped by request"), deployment="d-0"),
        )
    )
    why = why_rolled_back(told.rollouts.values())
    assert why == "orders was rolled back: hook failed; 3 of 10 requests to version 7 failed"


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 20), st.integers(0, 20)), max_size=20), st.integers(0, 20)
)
def test_sums_are_those_of_the_samples_however_they_arrive(seconds: list[tuple[int, int, int]], cut: int) -> None:
    happenings: list[seen.Happening] = [
        started(),
        *(sample(total, errors, failed) for total, errors, failed in seconds),
        finished(),
    ]
    whole = observed(*happenings)
    told = teller()
    told.hear(whole[:cut])
    told.hear(whole[cut:])
    end = told.rollouts["d-1"].finished
    assert end is not None
    assert end.requests == sum(total for total, _, _ in seconds)
    assert end.failed == sum(errors + failed for _, errors, failed in seconds)
