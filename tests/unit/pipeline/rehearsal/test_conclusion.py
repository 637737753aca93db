"""The last word: where it fell, what was measured, and the limit."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.record.events import (
    ActionFinished,
    AlarmChanged,
    Commit,
    Entry,
    Event,
    HookFinished,
    HookSaid,
    PipelineRead,
    PlannedAction,
    PlannedStage,
    RolloutFinished,
    RolloutStarted,
    RunStarted,
)
from pipeline.record.run import Run, fold
from pipeline.record.verdict import Measurement, Outcome, Verdict
from pipeline.rehearsal.conclusion import EXIT_CODES, conclude, finished, interrupted_with
from pipeline.rehearsal.execute import Ended
from pipeline.rehearsal.runners.base import ActionResult

STARTED = RunStarted("r", "orders", Commit("3f9c1a2", "gift", "Ada"), None, "first", "2026", 7, 30, "scripts/rehearse")
SMOKE = PlannedAction("smoke", "Build", "CodeBuild", 1, "smoke")
SCAN = PlannedAction("scan", "Build", "CodeBuild", 1, "scan")
READ = PipelineRead("p", "t", "0", "V2", "QUEUED", (PlannedStage("Build", (SCAN,)), PlannedStage("prod", (SMOKE,))))


def run(*events: Event, started: RunStarted = STARTED) -> Run:
    return fold(Entry(seq, float(seq), event) for seq, event in enumerate((started, READ, *events), start=1))


def sentence(ended: Ended, *events: Event) -> str:
    return conclude(run(*events), ended, "again", 1.0).sentence


def failed(outcome: Outcome, result: ActionResult | None, action: str | None = "Deploy") -> Ended:
    return Ended(outcome, "prod", action, result)


def gate(*measurements: Measurement) -> ActionResult:
    verdict = Verdict("fuzz", Outcome.REFUSED, "2 failures", 500, "cases", "again", measurements=measurements)
    return ActionResult(Outcome.REFUSED, verdict=verdict)


def rollout(name: str, *events: Event, requests: int = 1290, bad: int = 31, reason: str = "stopped") -> list[Event]:
    began = RolloutStarted("prod", name, name, "live", "1", "2", "Canary")
    return [began, *events, RolloutFinished("prod", name, "Stopped", True, reason, requests, bad, 40.0)]


def alarm(name: str, measured: float | None, limit: float, unit: str = "%") -> AlarmChanged:
    return AlarmChanged("prod", name, f"{name}-errors", "ALARM", measured, limit, unit, "over", 40.0)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome.PASSED, 0),
        (Outcome.REFUSED, 1),
        (Outcome.UNREADABLE, 2),
        (Outcome.BROKE, 3),
        (Outcome.INTERRUPTED, 130),
    ],
)
def test_every_outcome_that_a_run_can_have_has_its_exit_code(outcome: Outcome, code: int) -> None:
    assert finished(outcome, "prod", "why", "again", 1.23456).exit_code == code
    assert set(EXIT_CODES) == set(Outcome) - {Outcome.NOT_REACHED}


def test_an_interrupted_run_tells_the_exit_code_of_what_interrupted_it_and_no_other_run_does() -> None:
    stopped, passed = (finished(each, "prod", "why", "again", 1.0) for each in (Outcome.INTERRUPTED, Outcome.PASSED))
    assert interrupted_with(stopped, 143).exit_code == 143
    assert interrupted_with(passed, 143) == passed


def test_a_delivery_that_moved_nothing_says_so_unless_it_is_the_first() -> None:
    over = replace(STARTED, base=Commit("d867a39", "earlier", "Ada"))
    began = RolloutStarted("prod", "orders", "orders", "live", "1", "2", "Canary")
    ended = RolloutFinished("prod", "orders", "Succeeded", False, "", 100, 0, 40.0)
    told = [
        conclude(run(*events, started=started), Ended(Outcome.PASSED), "again", 1.0).sentence
        for started, events in ((STARTED, ()), (over, ()), (over, (began, ended)))
    ]
    assert told == [
        "delivered to prod: 0 of 2 gates passed",
        "delivered to prod: 0 of 2 gates passed; no function changed, so no canary was seen",
        "delivered to prod: 0 of 2 gates passed",
    ]


def test_a_delivery_counts_its_gates() -> None:
    passed = ActionFinished("Build", "scan", Outcome.PASSED, 1.0)
    end = conclude(run(passed), Ended(Outcome.PASSED), "again", 61.2345)
    assert end == finished(Outcome.PASSED, "prod", "delivered to prod: 1 of 2 gates passed", "again", 61.2345)
    assert end.seconds == 61.234


def test_a_gate_that_refuses_tells_each_figure_that_is_outside_its_limit() -> None:
    outside = gate(
        Measurement("failures", 2, "", None, 0),
        Measurement("lines", 89.996, "%", 90, None),
        Measurement("cases", 2_412_345, "", 500, None),
    )
    assert sentence(failed(Outcome.REFUSED, outside)) == (
        "fuzz refused in prod: failures 2, limit ≤ 0; lines 89.996 %, limit ≥ 90 %"
    )


def test_a_gate_that_refuses_without_a_figure_tells_its_summary() -> None:
    assert sentence(failed(Outcome.REFUSED, gate())) == "fuzz refused in prod: 2 failures"


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome.REFUSED, "Deploy refused in prod: no room"),
        (Outcome.BROKE, "Deploy broke in prod: no room"),
        (Outcome.UNREADABLE, "Deploy can't be rehearsed in prod: no room"),
        (Outcome.INTERRUPTED, "interrupted in prod"),
    ],
)
def test_whose_fault_it_was_is_in_the_verb(outcome: Outcome, expected: str) -> None:
    assert sentence(failed(outcome, ActionResult(outcome, reason="no room\nand more"))) == expected


def test_a_failure_that_gives_no_reason_says_so() -> None:
    assert sentence(failed(Outcome.BROKE, ActionResult(Outcome.BROKE))) == "Deploy broke in prod: no reason given"
    assert sentence(failed(Outcome.REFUSED, None, None)) == "prod refused"


def test_a_rollback_tells_the_alarm_its_limit_and_who_was_hit() -> None:
    ended = failed(Outcome.REFUSED, ActionResult(Outcome.REFUSED, reason="UPDATE_ROLLBACK_COMPLETE"))
    assert sentence(ended, *rollout("orders", alarm("orders", 2.4, 1))) == (
        "rolled back in prod: alarm orders-errors measured 2.4 %, limit 1 %; 31 of 1,290 requests to the new version "
        "failed"
    )


def test_what_an_alarm_counted_is_told_apart_from_what_the_whole_rollout_did() -> None:
    ended = failed(Outcome.REFUSED, ActionResult(Outcome.REFUSED))
    fired = replace(alarm("orders", 35.294, 1), behind={"errors": 6.0, "requests": 17.0}, period_seconds=60.0)
    assert sentence(ended, *rollout("orders", fired, requests=20, bad=7)) == (
        "rolled back in prod: alarm orders-errors measured 35.294 % (errors 6, requests 17 in the alarm's minute), "
        "limit 1 %; 7 of 20 requests to the new version failed"
    )


def test_figures_of_a_rollback_are_written_out() -> None:
    ended = failed(Outcome.REFUSED, ActionResult(Outcome.REFUSED))
    told = sentence(ended, *rollout("orders", alarm("orders", 32_140.5, 3_000, "ms")))
    assert told.startswith("rolled back in prod: alarm orders-errors measured 32,140.5 ms, limit 3,000 ms;")


def test_of_several_rollbacks_the_one_that_an_alarm_stopped_explains_the_others() -> None:
    ended = failed(Outcome.REFUSED, ActionResult(Outcome.REFUSED))
    hook = HookFinished("prod", "service", "BeforeAllowTraffic", "Failed")
    events = [*rollout("products"), *rollout("service", hook), *rollout("orders", alarm("orders", 20, 1))]
    assert "alarm orders-errors measured 20 %" in sentence(ended, *events)
    assert sentence(ended, *events[:5]) == (
        "rolled back in prod: stopped; 31 of 1,290 requests to the new version failed"
    )


def test_of_several_that_hooks_objected_to_the_one_that_was_not_stopped_by_another_explains_them_in_its_words() -> None:
    ended = failed(Outcome.REFUSED, ActionResult(Outcome.REFUSED))
    (began, hook, said, end), stopped = asked_by_nobody("orders"), asked_by_nobody("products")
    own = replace(end, status="Failed", reason="hook AfterAllowTraffic reported Failed")
    assert sentence(ended, *stopped, began, hook, said, own) == (
        "rolled back in prod: hook AfterAllowTraffic reported Failed; orders served no request; "
        "0 of 0 requests to the new version failed"
    )


def asked_by_nobody(name: str) -> list[Any]:
    event = "AfterAllowTraffic"
    hook, said = (
        HookFinished("prod", name, event, "Failed"),
        HookSaid("prod", name, event, (f"{name} served no request",)),
    )
    return rollout(name, hook, said, requests=0, bad=0)


def test_what_the_judge_said_of_a_version_stands_beside_its_alarm() -> None:
    ended = failed(Outcome.REFUSED, ActionResult(Outcome.REFUSED))
    said = HookSaid("prod", "orders", "orders-prod-judge", ("slow answers: 6 of 29, and 0 of 40 beside it",))
    told = sentence(ended, *rollout("orders", alarm("orders", 1, 1, ""), said))
    assert "limit 1; slow answers: 6 of 29, and 0 of 40 beside it; 31 of 1,290" in told


def test_an_alarm_that_saw_no_value_leaves_the_word_to_the_deployment() -> None:
    ended = failed(Outcome.REFUSED, ActionResult(Outcome.REFUSED))
    told = sentence(ended, *rollout("orders", alarm("orders", None, 1), reason="alarm orders-errors", bad=0))
    assert told == "rolled back in prod: alarm orders-errors; 0 of 1,290 requests to the new version failed"


def test_a_rollback_of_another_stage_explains_nothing_here() -> None:
    ended = Ended(Outcome.REFUSED, "Build", "scan", ActionResult(Outcome.REFUSED, reason="1 high"))
    assert sentence(ended, *rollout("orders", alarm("orders", 20, 1))) == "scan refused in Build: 1 high"
