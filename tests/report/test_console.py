"""Single lines of what a person reads while a run happens; whole runs are in the golden files."""

from dataclasses import replace

from pipeline.record.events import (
    ActionFinished,
    AlarmChanged,
    ApprovalAsked,
    ChangeSetPrepared,
    Entry,
    Event,
    HookFinished,
    HookSaid,
    ResourceChange,
    RolloutFinished,
    RolloutStarted,
    WatchedAlarm,
)
from pipeline.record.verdict import Outcome
from pipeline.report.console import Teller
from tests.report import sample

BEGAN = RolloutStarted("gamma", "d-1", "orders-gamma-orders", "live", "1", "2", "Linear")


def told(*events: Event) -> list[str]:
    """The lines of these events, after a run's beginning."""
    teller = Teller(".slipway/runs/latest")
    for entry in sample.delivered()[:2]:
        list(teller.lines(entry))
    entries = (Entry(seq, float(seq), event) for seq, event in enumerate(events, start=3))
    return [line.plain for entry in entries for line in teller.lines(entry)]


def ended(status: str, rolled_back: bool, reason: str, requests: int, failed: int = 0) -> RolloutFinished:
    return RolloutFinished("gamma", "d-1", status, rolled_back, reason, requests, failed, 596.0)


def test_a_rollout_is_told_by_its_function_and_in_aws_s_time() -> None:
    assert told(BEGAN, ended("Succeeded", False, "it is at version 2", 274)) == [
        "    orders-gamma-orders:live       1 → 2 by Linear",
        "    orders-gamma-orders:live       Succeeded after 9:56 of AWS's time; 0 of 274 requests failed",
    ]


def test_a_rollout_that_moves_all_at_once_waits_for_nothing_and_is_told_in_real_seconds() -> None:
    at_once = replace(BEGAN, config="CodeDeployDefault.LambdaAllAtOnce")
    fired = AlarmChanged("gamma", "d-1", "errors", "ALARM", 20.0, 1.0, "%", "over", 120.0)
    assert told(at_once, fired, ended("Stopped", True, "alarm errors", 60, 12))[1:] == [
        "    ALARM errors: 20 %, limit 1 %, after 1.0 s",
        "    orders-gamma-orders:live       rolled back after 2.0 s: alarm errors; 12 of 60 requests failed",
    ]


def test_a_rollout_that_nobody_asked_anything_says_so() -> None:
    assert told(BEGAN, ended("Succeeded", False, "", 0))[1].endswith("of AWS's time; no request came to it")


def test_what_a_hook_refused_for_is_told_line_by_line() -> None:
    failed = HookFinished("gamma", "d-1", "AfterAllowTraffic", "Failed")
    said = HookSaid("gamma", "d-1", "AfterAllowTraffic", ("version 2 of orders is worse", "and nobody looked"), "{}")
    assert told(BEGAN, failed, said)[1:] == [
        "    AfterAllowTraffic Failed",
        "      version 2 of orders is worse",
        "      and nobody looked",
    ]


def test_a_rollout_that_went_back_says_why() -> None:
    back = told(BEGAN, ended("Stopped", True, "alarm errors", 60, 12))[1]
    assert back.endswith(":live       rolled back after 9:56 of AWS's time: alarm errors; 12 of 60 requests failed")
    failed = told(BEGAN, ended("Failed", False, "a hook said no", 0))[1]
    assert failed.endswith("Failed after 9:56 of AWS's time: a hook said no; no request came to it")


def test_what_the_canaries_of_a_stage_could_have_seen_is_told_once_behind_their_action() -> None:
    watched = replace(BEGAN, alarms=(WatchedAlarm("errors", 1.0, "%"),))
    other = replace(watched, deployment="d-2", function="orders-gamma-products")
    ends = (ended("Succeeded", False, "", 274), replace(ended("Succeeded", False, "", 74), deployment="d-2"))
    deployed = ActionFinished("gamma", "Deploy", Outcome.PASSED, 9.0, "2 shifted")
    asked = replace(deployed, action="fuzz", summary="9 cases")
    lines = told(watched, other, *ends, deployed, asked)
    assert [line for line in lines if "9 times in 10" in line] == [
        "    orders-gamma-products was asked least: 74 requests show a fault in 5.2 % of them 9 times in 10, "
        "by the rehearsal's own rule (2 failed over the limit; an alarm may ask for more); "
        "a rarer one may pass. A smaller --speed sends more."
    ]
    assert "9 times in 10" in lines[-2]


def test_a_canary_that_went_back_has_shown_what_it_could() -> None:
    watched = replace(BEGAN, alarms=(WatchedAlarm("errors", 1.0, "%"),))
    deployed = ActionFinished("gamma", "Deploy", Outcome.REFUSED, 9.0, "UPDATE_ROLLBACK_COMPLETE")
    assert "9 times in 10" not in "".join(told(watched, ended("Stopped", True, "alarm errors", 60, 12), deployed))


def test_an_alarm_says_when_by_aws_s_clock() -> None:
    fired = AlarmChanged("gamma", "d-1", "errors", "ALARM", 20.0, 1.0, "%", "over", 120.0)
    assert told(BEGAN, fired)[1] == "    ALARM errors: 20 %, limit 1 %, after 2:00 of AWS's time"


def test_every_line_of_a_question_stands_under_its_stage() -> None:
    asked = ApprovalAsked("approval", "ask", "d" * 64, "Deploy it?\nhttps://example.com/commit")
    assert told(asked) == ["    Deploy it?", "    https://example.com/commit"]


def test_every_line_of_a_reason_is_told_once() -> None:
    reason = "pyproject.toml: bad\nmend it"
    bare = ActionFinished("Build", "assemble", Outcome.UNREADABLE, 1.0, "", reason)
    assert [line.strip() for line in told(bare)] == [
        "assemble                   ?     1.0 s   pyproject.toml: bad",
        "mend it",
    ]
    summed = ActionFinished("Build", "assemble", Outcome.REFUSED, 1.0, "2 commands", reason)
    assert [line.strip() for line in told(summed)][1:] == ["pyproject.toml: bad", "mend it"]


def test_what_holds_data_is_told_where_it_is_or_may_be_lost() -> None:
    lost = ResourceChange("Table", "AWS::DynamoDB::Table", "Remove", True)
    perhaps = ResourceChange("Log", "AWS::DynamoDB::Table", "Modify", True, "KeySchema; may be replaced", True)
    anew = ResourceChange("Word", "AWS::SecretsManager::Secret", "Modify", True, loses="makes a new secret")
    stays = ResourceChange("Bucket", "AWS::S3::Bucket", "Modify", True, "Tags")
    assert told(ChangeSetPrepared("beta", "orders", (lost, perhaps, anew, stays))) == [
        "    Remove of Table (AWS::DynamoDB::Table), which holds data",
        "    Modify of Log (AWS::DynamoDB::Table), which holds data and may be replaced",
        "    Modify of Word (AWS::SecretsManager::Secret), which makes a new secret",
    ]


def test_grants_that_an_earlier_stage_told_of_are_not_told_again() -> None:
    wider = ("OrdersRole: + dynamodb:Query on Table",)
    first = ChangeSetPrepared("beta", "orders", (), wider)
    assert told(first, replace(first, stage="gamma"), replace(first, stage="prod", iam_wider=())) == [
        "    IAM wider: OrdersRole: + dynamodb:Query on Table",
        "    IAM wider: as in beta",
    ]
