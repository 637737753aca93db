"""The hook after the shift: it judges what was seen, and what nobody tried is never waved through unseen."""

import logging
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipeline.hooks import clients
from pipeline.hooks.after_allow_traffic import check_rollout, handler
from pipeline.hooks.answer import Refused
from pipeline.judge.evidence import read
from pipeline.judge.judging import Verdict
from tests.unit.pipeline.hooks.test_break_glass import NOW, flag
from tests.unit.pipeline.hooks.world import (
    ALIAS,
    CANARY,
    DEPLOYMENT,
    FUNCTION,
    SESSION,
    CloudWatch,
    CodeDeploy,
    answered,
)

FAIL = {
    "FUNCTION_NAME": FUNCTION,
    "VERSION": CANARY,
    "ALIAS": ALIAS,
    "STAGE": "prod",
    "SHIFT": "[[0,0.1],[300,1]]",
    "NO_TRAFFIC": "fail",
    "INCONCLUSIVE": "fail",
    "BAKE_WAIT_SECONDS": "120",
}
WARN = {**FAIL, "NO_TRAFFIC": "warn", "INCONCLUSIVE": "warn"}
AT_ONCE = {**WARN, "SHIFT": "[[0,1]]", "BAKE_WAIT_SECONDS": "0"}
HEALTHY = answered(range(30), 20, 180)
UNASKED = answered(range(30), 0, 180)


def check(cloudwatch: CloudWatch, environment: dict[str, str]) -> list[float]:
    """How long it slept."""
    slept: list[float] = []
    asked: tuple[Any, Any] = CodeDeploy(), cloudwatch
    check_rollout(*asked, environment, DEPLOYMENT, lambda: NOW, slept.append)
    return slept


def objections(cloudwatch: CloudWatch, environment: dict[str, str] = FAIL) -> list[str]:
    with pytest.raises(Refused) as refused:
        check(cloudwatch, environment)
    return refused.value.reasons


def test_a_version_as_good_as_the_other_passes_once_what_still_comes_has_come() -> None:
    assert check(CloudWatch(HEALTHY), FAIL) == [120.0]


@pytest.mark.parametrize(
    "counts",
    [UNASKED, answered(range(2), 5, 45), answered(range(30), 20, 180, ServerErrors=(4, 1))],
    ids=["nobody came", "too few came", "it is worse"],
)
def test_break_glass_lets_through_what_nobody_can_wait_for_and_tells(
    counts: dict[Any, float], caplog: pytest.LogCaptureFixture
) -> None:
    assert objections(CloudWatch(counts)) != []
    caplog.clear()
    assert check(CloudWatch(counts), {**FAIL, "BREAK_GLASS": flag()}) == [120.0]
    assert "let through by break-glass: version 8 of" in caplog.text


def test_break_glass_that_is_over_lets_nothing_through() -> None:
    over = flag(until="1970-01-01T00:30:00+00:00")
    (told,) = objections(CloudWatch(HEALTHY), {**FAIL, "BREAK_GLASS": over})
    assert told.endswith("and not now: take it out of the plan")


def test_a_worse_one_is_refused_with_both_versions_figures() -> None:
    assert objections(CloudWatch(answered(range(30), 20, 180, ServerErrors=(4, 1))), WARN) == [
        "version 8 of orders-prod-orders is worse: server-errors in 120 of 600 requests, "
        "beside version 7 with 30 of 5400"
    ]


def test_errors_that_lambda_alone_counts_are_judged_too() -> None:
    (said,) = objections(CloudWatch(answered(range(30), 20, 180, Errors=(4, 1))), WARN)
    assert said.startswith("version 8 of orders-prod-orders is worse: errors in 120 of 600 requests")


def test_a_version_that_served_nobody_fails_where_the_plan_says_so() -> None:
    assert objections(CloudWatch(UNASKED)) == [
        "version 8 of orders-prod-orders served no request: nothing is known about it"
    ]


def test_a_version_that_nobody_asked_needs_no_judge() -> None:
    assert check(CloudWatch(UNASKED, looks=0), WARN) == [120.0]


def test_too_few_requests_fail_where_the_plan_says_so_and_pass_as_unknown_elsewhere() -> None:
    few = answered(range(4), 1, 9)
    assert objections(CloudWatch(few)) == [
        "version 8 of orders-prod-orders served 4 requests, 0 of which failed: "
        "that does not show that fewer than 5% fail"
    ]
    check(CloudWatch(few), WARN)


def test_where_all_traffic_moves_at_once_nobody_had_to_look() -> None:
    assert check(CloudWatch(answered(range(4), 10, 0), looks=0), AT_ONCE) == [0.0]


def test_a_shift_that_nobody_watched_does_not_pass() -> None:
    assert objections(CloudWatch(HEALTHY, looks=0), WARN) == [
        "the judge never looked at orders-prod-orders while traffic shifted: it would have stopped no bad version"
    ]


def test_nor_does_one_of_which_too_little_is_known() -> None:
    (told,) = objections(CloudWatch(answered(range(4), 1, 9), looks=0), WARN)
    assert told.startswith("the judge never looked at")


def test_a_judge_that_went_blind_half_way_does_not_pass_either() -> None:
    assert objections(CloudWatch(HEALTHY, looks=2), WARN) == [
        "the judge looked at orders-prod-orders no more before the shift was over: nobody saw the end of it"
    ]


def test_harm_to_all_is_refused_without_a_comparison() -> None:
    counts = {**HEALTHY, **answered(range(30, 36), 200, 0, ServerErrors=(60, 0))}
    assert objections(CloudWatch(counts), WARN) == [
        "version 8 of orders-prod-orders failed 360 of 1200 requests since it has all traffic"
    ]


def test_one_answer_that_fails_is_no_fault_of_the_version_s() -> None:
    cloudwatch = CloudWatch(HEALTHY)
    cloudwatch.failing = 3
    assert check(cloudwatch, FAIL) == [120.0, 10.0, 10.0, 10.0]


def test_who_never_gets_an_answer_lets_nothing_through() -> None:
    cloudwatch = CloudWatch(HEALTHY)
    cloudwatch.failing = 4
    with pytest.raises(ClientError, match="try again"):
        check(cloudwatch, FAIL)


def test_a_version_that_counts_nothing_can_not_be_judged() -> None:
    silent = {key: value for key, value in HEALTHY.items() if key[:2] != (CANARY, "Requests")}
    assert objections(CloudWatch(silent), WARN) == [
        "version 8 of orders-prod-orders ran 600 times, and its handlers counted 0: it can't be judged"
    ]


def test_where_the_plan_warns_the_log_claims_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        check(CloudWatch(UNASKED), WARN)
    told = "version 8 of orders-prod-orders served no request: nothing is known about it"
    ours = [record for record in caplog.records if record.name.startswith("pipeline.")]
    assert [(record.levelname, record.message) for record in ours] == [
        ("INFO", f"no-traffic: {told}"),
        ("WARNING", f"the stage's policy lets it through: {told}"),
    ]


def test_the_log_keeps_evidence_that_can_be_judged_again(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        check(CloudWatch(HEALTHY), FAIL)
    (kept,) = [record.evidence for record in caplog.records if hasattr(record, "evidence")]
    evidence = read(kept)
    assert (evidence.deployment_id, evidence.judgement.verdict) == (DEPLOYMENT, Verdict.PASS)
    assert evidence.judged_again() == evidence.judgement


def test_a_policy_that_nobody_knows_is_an_error_and_not_a_pass() -> None:
    with pytest.raises(ValueError, match="it may be fail or warn"):
        check(CloudWatch(HEALTHY), {**FAIL, "NO_TRAFFIC": "pass"})


def test_codedeploy_is_told_and_people_get_the_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    codedeploy, cloudwatch = CodeDeploy(), CloudWatch(answered(range(30), 20, 180, ServerErrors=(4, 1)))
    codedeploy.put_lifecycle_event_hook_execution_status = lambda **said: told.append(said["status"])
    codedeploy.exceptions = SESSION.client("codedeploy").exceptions
    for name, value in {**WARN, "BAKE_WAIT_SECONDS": "0"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clients, "codedeploy", lambda: codedeploy)
    monkeypatch.setattr(clients, "cloudwatch", lambda: cloudwatch)
    said = handler({"DeploymentId": DEPLOYMENT, "LifecycleEventHookExecutionId": "e-1"}, None)
    assert (told, said["status"], len(said["reasons"])) == (["Failed"], "Failed", 1)
    assert read(said["evidence"]).judgement.verdict is Verdict.ROLLBACK
