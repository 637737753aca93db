"""What the pages say, before any markup."""

from dataclasses import replace

from pipeline.record.events import (
    ActionFinished,
    ActionStarted,
    AlarmChanged,
    ChangeSetPrepared,
    Entry,
    Event,
    LiveNow,
    ResourceChange,
    RolloutFinished,
    RolloutSample,
    RolloutStarted,
    RunFinished,
    StageStarted,
    WatchedAlarm,
)
from pipeline.record.run import fold
from pipeline.record.verdict import Outcome
from pipeline.report import markdown
from pipeline.report.view import GateRow, Live, View, view
from tests.report import sample

NOTHING_LOST = (
    ResourceChange("Topic", "AWS::SNS::Topic", "Add"),
    ResourceChange("OrdersFunction", "AWS::Lambda::Function", "Modify"),
)


def seen(*events: Event) -> View:
    return view(fold(Entry(seq, float(seq), event) for seq, event in enumerate(events, start=1)), "")


def of(name: str) -> View:
    return view(fold(getattr(sample, name)()), "")


def rows(shown: View) -> list[tuple[str, str]]:
    return [(row.gate, row.stage) for row in shown.gates]


def rollout(stage: str, *alarms: WatchedAlarm, requests: int = 9, failed: int = 0) -> tuple[Event, Event]:
    name = f"orders-{stage}-orders"
    began = RolloutStarted(stage, f"d-{stage}", name, "live", "1", "2", "Canary", alarms)
    return began, RolloutFinished(
        stage, f"d-{stage}", "Succeeded", False, "it is at version 2", requests, failed, 300.0
    )


def only_rollout(*events: Event) -> GateRow:
    (row,) = (row for row in seen(*begin(), *events).gates if row.gate.startswith("rollout"))
    return row


def begin() -> list[Event]:
    return [entry.event for entry in sample.delivered()[:2]]


def test_the_worst_rows_come_first_and_the_others_in_the_order_of_the_journey() -> None:
    assert rows(of("rolled_back")) == [
        ("rollout orders-prod-orders", "prod"),
        ("unit", "Build"),
        ("scan", "Build"),
        ("contract", "Build"),
        ("smoke", "prod"),
    ]


def test_of_a_run_that_was_cut_off_only_what_began_is_running() -> None:
    begun = [entry.event for entry in sample.cut_off()[:16]]  # as far as Build's start
    cut = seen(*begun, ActionStarted("Build", "unit", "log"))
    assert [(row.gate, row.glyph, row.word, row.css) for row in cut.gates] == [
        ("unit", "…", "running", "running"),
        ("scan", "–", "not asked yet", "not-reached"),
        ("smoke", "–", "not asked yet", "not-reached"),
    ]
    assert {bar.name: f"{bar.glyph} {bar.text}" for bar in cut.journey} == {
        "Source": "✓ 0.4 s",
        "Build": "… unit",
        "approval": "– not begun yet",
        "prod": "– not begun yet",
    }


def test_a_rollout_s_limits_have_names() -> None:
    alarms = (WatchedAlarm("orders-prod-orders-errors", 1.0, "%"), WatchedAlarm("latency", 3_000.0, "ms"))
    assert only_rollout(*rollout("prod", *alarms)).limit == "errors ≤ 1 %; latency ≤ 3,000 ms"


def test_a_rollout_that_nobody_asked_anything_says_so() -> None:
    assert only_rollout(*rollout("prod", requests=0)).measured == "no request came to it"
    assert only_rollout(*rollout("prod", requests=1)).measured == "0 of 1 request failed"


def test_a_rollout_that_failed_more_than_its_alarms_allow_did_not_pass_though_none_fired() -> None:
    errors = WatchedAlarm("orders-prod-orders-errors", 1.0, "%")
    over, accident = (only_rollout(*rollout("prod", errors, requests=50, failed=failed)) for failed in (2, 1))
    assert (over.word, over.css, over.measured) == ("over its limit", "refused", "2 of 50 requests failed")
    assert accident.word == "passed"


def test_what_the_canary_of_a_stage_could_have_seen_stands_behind_the_gates() -> None:
    shown = seen(*begin(), StageStarted("prod"), *rollout("prod", WatchedAlarm("errors", 1.0, "%"), requests=274))
    assert shown.sights == (
        "canary in prod: orders-prod-orders: 274 requests show a fault in 1.4 % of them 9 times in 10, "
        "by the rehearsal's own rule (2 failed over the limit; an alarm may ask for more); "
        "a rarer one may pass. A smaller --speed sends more.",
    )
    assert f"\n\n{markdown.escape(shown.sights[0])}\n" in markdown.render(shown)
    assert seen(*begin(), StageStarted("prod"), *rollout("prod", requests=274)).sights == ()


def test_what_an_alarm_stopped_comes_before_what_was_stopped_with_it() -> None:
    events: list[Event] = []
    for name, state in (("service", "OK"), ("orders", "ALARM")):
        events += [
            RolloutStarted("prod", name, name, "live", "1", "2", "Canary"),
            AlarmChanged("prod", name, f"{name}-errors", state, 2.4, 1.0, "%", "", 40.0),
            RolloutFinished("prod", name, "Stopped", True, "stopped", 10, 0, 41.0),
        ]
    assert [row.gate for row in seen(*begin(), *events).gates[:2]] == ["rollout orders", "rollout service"]


def test_what_is_live_is_told_in_the_order_of_the_journey() -> None:
    live = [LiveNow(stage, "c" * 40, {"orders": {"2": 100.0}}) for stage in ("prod", "approval", "elsewhere")]
    assert [each.stage for each in seen(*begin(), *live).live] == ["approval", "prod", "elsewhere"]


def test_a_split_alias_is_told_by_its_shares() -> None:
    split = LiveNow("prod", "c" * 40, {"orders": {"1": 90.0, "2": 10.0}, "products": {"2": 100.0}})
    (live,) = seen(*begin(), split).live
    assert live == Live(
        "prod", "ccccccc", ("orders: 90 % on version 1, 10 % on version 2", "products: all on version 2")
    )


def test_functions_whose_versions_have_the_same_shares_are_told_together() -> None:
    served = {"service": {"3": 100.0}, "orders": {"2": 100.0}, "customers": {"2": 100.0}}
    (live,) = seen(*begin(), LiveNow("prod", "c" * 40, served)).live
    assert live.functions == ("service: all on version 3", "customers, orders: all on version 2")


def test_many_functions_that_serve_alike_are_counted() -> None:
    served = {f"f{number}": {"2": 100.0} for number in range(6)}
    (live,) = seen(*begin(), LiveNow("prod", "c" * 40, served)).live
    assert live.functions == ("6 functions: all on version 2",)


def test_what_holds_data_and_may_be_replaced_is_named() -> None:
    table = ResourceChange("Table", "AWS::DynamoDB::Table", "Modify", True, "KeySchema; may be replaced", True)
    rule = ResourceChange("Rule", "AWS::Events::Rule", "Modify", False, "EventBusName; may be replaced", True)
    does = seen(*begin(), ChangeSetPrepared("prod", "orders", (table, rule))).does
    assert "1 resource with data may be replaced: Table" in does
    assert "in prod: 0 added, 2 modified" in does


def test_what_stays_and_loses_what_it_holds_is_named() -> None:
    secret = ResourceChange("Word", "AWS::SecretsManager::Secret", "Modify", True, loses="makes a new secret")
    table = ResourceChange("Table", "AWS::DynamoDB::Table", "Modify", True, "Tags")
    does = seen(*begin(), ChangeSetPrepared("prod", "orders", (secret, table))).does
    assert [line for line in does if line.startswith(("Word", "Table"))] == ["Word makes a new secret"]


def test_lambda_versions_are_counted_apart_wherever_resources_are() -> None:
    version = ResourceChange("Version2", "AWS::Lambda::Version", "Add")
    changes = (version, replace(version, logical_id="Version1", action="Remove"), *NOTHING_LOST)
    queue = ResourceChange("Queue", "AWS::SQS::Queue", "Remove")
    assert seen(*begin(), ChangeSetPrepared("prod", "orders", changes)).does[:2] == (
        "in prod: 2 added (1 new Lambda version), 1 modified",
        "0 resources replaced or removed, 1 old Lambda version left aside",
    )
    assert "1 resource replaced or removed, 1 old Lambda version left aside: Queue" in (
        seen(*begin(), ChangeSetPrepared("prod", "orders", (*changes, queue))).does
    )
    assert seen(*begin(), ChangeSetPrepared("prod", "orders", NOTHING_LOST)).does[:2] == (
        "in prod: 1 added, 1 modified",
        "0 resources replaced or removed",
    )


def test_alarms_are_told_in_one_line_with_an_example_of_each_kind() -> None:
    errors = ResourceChange("OrdersErrors", "AWS::CloudWatch::Alarm", "Modify", False, "Metrics")
    alarms = (
        errors,
        replace(errors, logical_id="OrdersLatency"),
        replace(errors, logical_id="Busy", resource_type="AWS::CloudWatch::CompositeAlarm", action="Add", because=""),
    )
    does = seen(*begin(), ChangeSetPrepared("prod", "orders", (*alarms, *NOTHING_LOST))).does
    assert [line for line in does if line.startswith("alarms")] == [
        "alarms: 1 added, such as Busy; 2 changed, such as OrdersErrors (Metrics)"
    ]
    assert not any(line.startswith("alarms") for line in of("rolled_back").does)


def test_what_reaches_users_at_once_in_the_same_way_is_told_in_one_line() -> None:
    code = "(AWS::Lambda::Function): changed, Code"
    lines = (f"NotifierFunction {code}", "Topic (AWS::SNS::Topic): added", f"SweeperFunction {code}")
    prepared = ChangeSetPrepared("prod", "orders", (), not_canaried=lines)
    assert [line for line in seen(*begin(), prepared).does if line.startswith("not canaried")] == [
        f"not canaried: 2 alike {code}: NotifierFunction, SweeperFunction",
        "not canaried: Topic (AWS::SNS::Topic): added",
    ]


def test_a_stage_s_bar_names_the_gates_that_were_asked() -> None:
    bars = {bar.name: bar.text for bar in of("rolled_back").journey}
    assert bars["Build"] == "21 s · unit scan contract"
    assert bars["prod"] == "36 s"  # its smoke was not reached


def test_what_iam_denied_is_told_once_with_all_that_the_line_says() -> None:
    told = "role b may not do z on y"
    reason = f"9 passed, and yet a role was denied what it asked for\ndenied: {told}"
    twice = (ActionFinished("beta", name, Outcome.REFUSED, 1.0, "9 passed", reason) for name in ("fuzz", "smoke"))
    started: list[Event] = [StageStarted("beta"), *(ActionStarted("beta", name, "log") for name in ("fuzz", "smoke"))]
    assert seen(*begin(), *started, *twice).denied == (told,)
    assert of("delivered").denied == ()


def test_a_last_word_of_many_lines_is_a_sentence_and_what_a_program_said() -> None:
    said = "commit 3f9c1a2 does not synthesize\n    KeyError: `Table`\n      at delivery.py:1"
    shown = seen(*begin(), RunFinished(Outcome.UNREADABLE, "", said, "scripts/rehearse", 2, 3.1))
    assert shown.headline.sentence == "commit 3f9c1a2 does not synthesize"
    assert shown.headline.more == "KeyError: `Table`\n  at delivery.py:1"
    page = markdown.render(shown)
    assert "**commit 3f9c1a2 does not synthesize**\n\n```text\nKeyError: `Table`\n  at delivery.py:1\n```\n" in page


def test_that_the_old_version_fails_as_well_is_told_where_all_went_back_to_it() -> None:
    began, ended = rollout("prod", requests=20, failed=7)
    assert isinstance(ended, RolloutFinished)
    samples = (
        RolloutSample("prod", "d-prod", 30.0, 10.0, 10, 4, 90, 5),
        RolloutSample("prod", "d-prod", 60, 0, 0, 0, 9, 2),
    )
    told = (
        "version 1, which is live again, failed 7 of 99 requests meanwhile, too: "
        "it may not be able to read what version 2 wrote, which stays"
    )
    rolled_back = seen(*begin(), began, *samples, replace(ended, status="Stopped", rolled_back=True))
    assert f"orders-prod-orders {told}." in rolled_back.why
    assert told in only_rollout(began, *samples, replace(ended, status="Stopped", rolled_back=True)).details
    assert not any("live again" in line for line in seen(*begin(), began, *samples, ended).why)
    assert not any("live again" in line for line in of("rolled_back").why)
