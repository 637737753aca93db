"""The alerts as synthesized: what fires, who is told, and what somebody reads who is woken by it."""

import json
import re
from pathlib import Path

import pytest
from constructs import Construct

from pipeline.cloud.settings import ROOT, context
from pipeline.plan.alerts import ALERTS, NOTICED, TOGETHER, UNUSUAL
from pipeline.plan.delivery import DELIVERY
from pipeline.rehearsal.world.alarms import (
    Alarm,
    AlarmState,
    CompositeAlarm,
    MetricStore,
    alarm_from_properties,
    evaluate,
    evaluate_composite,
)
from tests.synth.planned import settings
from tests.synth.reading import Json, Resource, Template
from tests.synth.test_service import granted

RUNBOOKS = ROOT / "pipeline/runbooks"
HEADINGS = ["What it means", "Look first", "Do", "Escalate"]
METRIC = "AWS::CloudWatch::Alarm"
COMPOSITE = "AWS::CloudWatch::CompositeAlarm"
MOST_ALARMS = 45
"""Of a stage: each costs ten cents a month, and a moment of every rehearsal. A rollout may be watched by one more."""


def every_alarm(template: Template) -> list[Resource]:
    return [*template.all(METRIC), *template.all(COMPOSITE)]


def alarm(template: Template, stage: str, name: str, kind: str = METRIC) -> Resource:
    return template.named(kind, AlarmName=f"orders-{stage}-{name}")


def expression(alarm: Resource) -> str:
    (found,) = [each["Expression"] for each in alarm["Metrics"] if each.get("ReturnData") and "Expression" in each]
    return str(found)


def reads(alarm: Resource) -> dict[str, tuple[str, str, str, dict[str, Json]]]:
    """The series of an alarm by their ids: namespace, name, statistic, dimensions."""
    return {
        each["Id"]: (
            each["MetricStat"]["Metric"]["Namespace"],
            each["MetricStat"]["Metric"]["MetricName"],
            each["MetricStat"]["Stat"],
            {pair["Name"]: pair["Value"] for pair in each["MetricStat"]["Metric"].get("Dimensions", [])},
        )
        for each in alarm["Metrics"]
        if "MetricStat" in each
    }


def window(alarm: Resource) -> tuple[int, int, int]:
    """Datapoints, periods, and the length of one in seconds."""
    seconds = {each["MetricStat"]["Period"] for each in alarm.properties.get("Metrics", []) if "MetricStat" in each}
    (period,) = seconds or {alarm["Period"]}
    return alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"], period


def told(template: Template, alarm: Resource) -> list[str]:
    """The topics that hear of an alarm, by name."""
    assert alarm.properties.get("AlarmActions") == alarm.properties.get("OKActions")
    return [template.resources[each["Ref"]]["TopicName"] for each in alarm.properties.get("AlarmActions", [])]


def test_one_request_in_ten_failing_or_five_seconds_of_waiting_wakes_somebody_at_once(
    template: Template, stage: str
) -> None:
    failing, slow = alarm(template, stage, "failing-badly"), alarm(template, stage, "slow-badly")
    gateway = {"ApiName": f"orders-{stage}", "Stage": stage}
    assert expression(failing) == "IF(requests >= 20, 100 * FILL(some, 0) / requests, 0)"
    assert reads(failing) == {
        "some": ("AWS/ApiGateway", "5XXError", "Sum", gateway),
        "requests": ("AWS/ApiGateway", "Count", "Sum", gateway),
    }
    assert expression(slow) == "IF(requests >= 20, p95, 0)"
    assert reads(slow)["p95"] == ("AWS/ApiGateway", "Latency", "p95", gateway)
    assert (failing["Threshold"], slow["Threshold"]) == (10, 5_000)
    assert window(failing) == window(slow) == (1, 1, 60)
    assert told(template, failing) == told(template, slow) == [f"orders-{stage}-critical"]


def test_one_request_in_twenty_failing_is_a_warning_within_a_quarter_of_an_hour(template: Template, stage: str) -> None:
    failing = alarm(template, stage, "failing")
    datapoints, periods, seconds = window(failing)
    assert (failing["Threshold"], datapoints) == (5, periods)
    assert periods * seconds == 15 * 60
    assert told(template, failing) == [f"orders-{stage}-warning"]


def test_every_second_request_meeting_a_cold_start_is_a_warning_unless_a_deployment_is_under_way(
    template: Template, stage: str
) -> None:
    cold = alarm(template, stage, "cold")
    assert cold["Threshold"] == 50
    assert reads(cold)["some"] == ("Orders", "ColdStart", "Sum", {"Stage": stage})
    _, periods, seconds = window(cold)
    assert periods * seconds == 15 * 60
    assert told(template, cold) == []
    assert "cold" in NOTICED.parts


def test_the_account_is_watched_from_four_fifths_of_its_concurrency_on(template: Template, stage: str) -> None:
    crowded = alarm(template, stage, "crowded")
    assert (expression(crowded), crowded["Threshold"]) == ("100 * running / 1000", 80)
    assert reads(crowded) == {"running": ("AWS/Lambda", "ConcurrentExecutions", "Maximum", {})}
    assert told(template, crowded) == [f"orders-{stage}-warning"]


@pytest.mark.parametrize(
    ("name", "side", "series"),
    [
        ("slower-than-usual", "GreaterThanUpperThreshold", "m0"),
        ("fewer-orders-than-usual", "LessThanLowerThreshold", "orders"),
    ],
)
def test_what_is_unusual_is_compared_with_a_learnt_band(
    template: Template, stage: str, name: str, side: str, series: str
) -> None:
    unusual = alarm(template, stage, name)
    rows = {each["Id"]: each for each in unusual["Metrics"]}
    assert rows[unusual["ThresholdMetricId"]]["Expression"] == "ANOMALY_DETECTION_BAND(m0, 3)"
    assert unusual["ComparisonOperator"] == side
    assert (
        reads(unusual)
        == {
            "m0": {"m0": ("AWS/ApiGateway", "Latency", "p95", {"ApiName": f"orders-{stage}", "Stage": stage})},
            "orders": {"orders": ("Orders", "OrderPlaced", "Sum", {"Stage": stage})},
        }[series]
    )
    assert "Threshold" not in unusual.properties
    assert told(template, unusual) == []


def test_failing_and_slower_than_usual_at_once_wakes_somebody(template: Template, stage: str) -> None:
    degraded = alarm(template, stage, "degraded", COMPOSITE)
    seen, slower = alarm(template, stage, "errors-seen"), alarm(template, stage, "slower-than-usual")
    assert (
        template.said(degraded["AlarmRule"]) == f'(ALARM("${{{seen.name}.Arn}}") AND ALARM("${{{slower.name}.Arn}}"))'
    )
    assert (seen["Threshold"], window(seen)) == (5, (3, 5, 60))
    assert expression(seen).startswith("IF(requests >= 20,")
    assert told(template, degraded) == [f"orders-{stage}-critical"]


def test_composites_are_quiet_while_a_deployment_is_under_way_and_nothing_else_is(
    template: Template, stage: str
) -> None:
    under_way = alarm(template, stage, "deployment-under-way")
    assert told(template, under_way) == []
    assert (under_way["Namespace"], under_way["MetricName"]) == ("AWS/Events", "TriggeredRules")
    assert under_way["Dimensions"] == [{"Name": "RuleName", "Value": f"orders-{stage}-deployment-started"}]
    assert window(under_way) == (1, 20, 60)
    composites = template.all(COMPOSITE)
    assert {each["AlarmName"] for each in composites} == {f"orders-{stage}-{each.name}" for each in TOGETHER}
    for composite in composites:
        assert composite["ActionsSuppressor"] == {"Fn::GetAtt": [under_way.name, "Arn"]}


def test_a_deployment_that_starts_or_ends_is_told_for_information(template: Template, stage: str) -> None:
    info = template.named("AWS::SNS::Topic", TopicName=f"orders-{stage}-info")
    states = {}
    for rule in template.all("AWS::Events::Rule"):
        pattern = rule["EventPattern"]
        if pattern["source"] == ["aws.codedeploy"]:
            assert pattern["detail-type"] == ["CodeDeploy Deployment State-change Notification"]
            assert pattern["detail"]["application"] == [f"orders-{stage}"]
            (target,) = rule["Targets"]
            assert target["Arn"] == {"Ref": info.name}
            assert json.loads(target["InputTransformer"]["InputTemplate"]).startswith(
                f"orders-{stage}: deployment <id>"
            )
            states[rule["Name"]] = pattern["detail"]["state"]
    assert states == {
        f"orders-{stage}-deployment-started": ["START"],
        f"orders-{stage}-deployment-ended": ["SUCCESS", "FAILURE", "STOP"],
    }


def test_every_alert_of_the_plan_is_an_alarm_and_every_queue_of_dead_letters_has_one(
    template: Template, stage: str
) -> None:
    queues = [each for each in template.all("AWS::SQS::Queue") if "RedrivePolicy" not in each.properties]
    watched = [
        each["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for each in template.all(METRIC)
        if each.properties.get("MetricName") == "ApproximateNumberOfMessagesVisible"
    ]
    assert sorted(watched) == sorted(each.name for each in queues)
    named = {each["AlarmName"] for each in every_alarm(template)}
    assert {f"orders-{stage}-{each.name}" for each in (*ALERTS, *UNUSUAL, *TOGETHER)} <= named
    assert len(named) <= MOST_ALARMS


def test_a_queue_that_has_none_of_its_own_is_one_of_dead_letters_and_a_warning_names_it(tmp_path: Path) -> None:
    from aws_cdk import App, Stack, aws_kms, aws_sqs

    from pipeline.cloud.service.alerts import Alerts
    from pipeline.cloud.service.observability import dead_letter_queues

    app = App(outdir=str(tmp_path / "cdk.out"), post_cli_context=context())
    stack = Stack(app, "orders")
    dead = aws_sqs.Queue(Construct(stack, "Fulfilment"), "DeadLetters")
    aws_sqs.Queue(stack, "Work", dead_letter_queue=aws_sqs.DeadLetterQueue(queue=dead, max_receive_count=5))
    assert [each.node.id for each in dead_letter_queues(stack.node.find_all())] == ["DeadLetters"]
    Alerts(
        stack,
        "Alerts",
        DELIVERY,
        DELIVERY.stages[-1],
        aws_kms.Key(stack, "Key"),
        dead_letter_queues(stack.node.find_all()),
    )
    app.synth()
    template = Template(tmp_path / "cdk.out/orders.template.json")
    fires = alarm(template, "prod", "dead-letters-fulfilment-deadletters")
    assert (fires["MetricName"], fires["Statistic"], fires["Threshold"]) == (
        "ApproximateNumberOfMessagesVisible",
        "Maximum",
        0,
    )
    (queue,) = [each for each in template.all("AWS::SQS::Queue") if "RedrivePolicy" not in each.properties]
    assert fires["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": [queue.name, "QueueName"]}}]
    assert told(template, fires) == ["orders-prod-warning"]
    assert "lies in Fulfilment/DeadLetters." in fires["AlarmDescription"]


def test_what_wakes_somebody_is_what_callers_feel(template: Template, stage: str) -> None:
    """Infrastructure (concurrency, throttles, memory) is a warning or a graph: it may be high and nobody suffers."""
    waking = {
        each["AlarmName"].removeprefix(f"orders-{stage}-")
        for each in every_alarm(template)
        if f"orders-{stage}-critical" in told(template, each)
    }
    assert waking == {"failing-badly", "slow-badly", "degraded"}
    for name in ("failing-badly", "slow-badly", "errors-seen", "slower-than-usual"):
        assert {row[0] for row in reads(alarm(template, stage, name)).values()} == {"AWS/ApiGateway"}


def test_codedeploy_watches_none_of_them(template: Template, stage: str) -> None:
    """A rollout is stopped by what the new version does, not by what the whole stage does."""
    watched = {
        template.resources[each["Name"]["Ref"]]["AlarmName"]
        for group in template.all("AWS::CodeDeploy::DeploymentGroup")
        for each in group["AlarmConfiguration"]["Alarms"]
    }
    ours = {f"orders-{stage}-{each.name}" for each in (*ALERTS, *UNUSUAL, *TOGETHER)}
    assert watched
    assert watched & ours == set()


def test_every_alarm_says_what_is_seen_and_names_a_runbook_that_is_there(template: Template) -> None:
    for each in every_alarm(template):
        description = each["AlarmDescription"]
        (name,) = re.findall(r"pipeline/runbooks/([a-z-]+)\.md", description)
        assert (RUNBOOKS / f"{name}.md").is_file(), description
        assert description.index("Runbook:") > 20
        assert len(description) <= 1024


def test_what_people_are_told_of_names_its_dashboard(template: Template, stage: str) -> None:
    for each in every_alarm(template):
        if each.properties.get("AlarmActions"):
            (flow,) = re.findall(r"#dashboards/dashboard/orders-(\S+)$", each["AlarmDescription"])
            assert flow.startswith(f"{stage}-")


@pytest.mark.parametrize("file", sorted(RUNBOOKS.glob("*.md")), ids=lambda file: file.stem)
def test_a_runbook_says_what_it_means_what_to_look_at_what_to_do_and_whom_to_call(file: Path) -> None:
    text = file.read_text()
    assert re.findall(r"^## (.+)$", text, re.MULTILINE)[: len(HEADINGS)] == HEADINGS
    for linked in re.findall(r"\]\(([^)#]+\.md)\)", text):
        assert (file.parent / linked).is_file(), linked


def test_the_page_on_memory_names_the_size_that_buys_a_whole_processor() -> None:
    """1,769 MB (Lambda developer guide, "Configure Lambda function memory"); 1,792 is often said and wrong."""
    text = (RUNBOOKS / "tuning.md").read_text()
    assert "one whole processor from 1,769 MB on" in text
    assert "1,792" not in text


def test_topics_are_encrypted_and_take_nothing_that_is_not_ours_or_not_over_tls(template: Template, stage: str) -> None:
    topics = template.all("AWS::SNS::Topic")
    names = [f"orders-{stage}-{each}" for each in ("critical", "warning", "info")]
    ours = [each for each in topics if each["TopicName"] in names]
    assert [each["TopicName"] for each in ours] == names
    (key,) = {each["KmsMasterKeyId"]["Fn::GetAtt"][0] for each in ours}
    account = template.resources[key]["KeyPolicy"]["Statement"][0]["Principal"]["AWS"]
    of_us = {"StringEquals": {"aws:SourceAccount": template.said(account).split(":")[4]}}
    (publishers,) = [
        each
        for each in template.resources[key]["KeyPolicy"]["Statement"]
        if "cloudwatch.amazonaws.com" in str(each["Principal"])
    ]
    assert publishers["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert publishers["Condition"] == of_us
    assert template.resources[key]["EnableKeyRotation"] is True
    for topic in ours:
        (policy,) = [each for each in template.all("AWS::SNS::TopicPolicy") if each["Topics"] == [{"Ref": topic.name}]]
        deny, allow = policy["PolicyDocument"]["Statement"]
        assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
        costs = ["budgets", "costalerts"] if template.all("AWS::Budgets::Budget") else []
        services = [f"{each}.amazonaws.com" for each in sorted(["cloudwatch", "events", *costs])]
        assert allow["Principal"] == publishers["Principal"] == {"Service": services}
        assert allow["Condition"] == of_us


def test_those_are_told_whom_the_plan_names_and_nobody_else(template: Template, stage: str) -> None:
    alerts = settings(stage).alerts
    said = [("critical", alerts.pager)] if alerts.pager else []
    said += [(severity, address) for severity in ("info", "warning") for address in alerts.mail]
    names = {each.name: each["TopicName"].removeprefix(f"orders-{stage}-") for each in template.all("AWS::SNS::Topic")}
    told = [(names[each["TopicArn"]["Ref"]], each["Endpoint"]) for each in template.all("AWS::SNS::Subscription")]
    assert sorted(each for each in told if each[0] != "notices") == sorted(said)


def test_a_stage_s_pager_mailboxes_and_chat_hear_of_what_the_plan_gives_them(everything: Template) -> None:
    names = {each.name: each["TopicName"].removeprefix("orders-prod-") for each in everything.all("AWS::SNS::Topic")}
    heard = sorted(
        (names[each["TopicArn"]["Ref"]], each["Protocol"], each["Endpoint"])
        for each in everything.all("AWS::SNS::Subscription")
        if names[each["TopicArn"]["Ref"]] != "notices"
    )
    assert heard == [
        ("critical", "https", "https://events.pagerduty.com/integration/0123456789abcdef/enqueue"),
        ("info", "email", "orders-team@example.com"),
        ("warning", "email", "orders-team@example.com"),
    ]
    chat = everything.one("AWS::Chatbot::SlackChannelConfiguration")
    assert [names[each["Ref"]] for each in chat["SnsTopicArns"]] == ["critical", "warning", "info"]
    assert (chat["SlackWorkspaceId"], chat["SlackChannelId"]) == ("T0123ABCD", "C0123ABCD")


def test_a_chat_may_read_what_an_alarm_shows_and_nothing_else(everything: Template) -> None:
    role, _ = everything.one("AWS::Chatbot::SlackChannelConfiguration")["IamRoleArn"]["Fn::GetAtt"]
    (trust,) = everything.resources[role]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "chatbot.amazonaws.com"}
    assert granted(everything, role) == {
        "*": ["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics"]
    }


START = 1_800_000_000


def read(alarm: Resource) -> Alarm:
    """As the rehearsal reads it."""
    kept = {name: value for name, value in alarm.properties.items() if name not in ("AlarmActions", "OKActions")}
    return alarm_from_properties(kept, name=alarm["AlarmName"], arn=f"arn:aws:cloudwatch:::alarm:{alarm['AlarmName']}")


def state(alarm: Alarm, minutes: int, **per_minute: float) -> AlarmState:
    """The alarm's state after so many minutes with these values each, by the ids of its rows."""
    store = MetricStore()
    for row in alarm.source if isinstance(alarm.source, tuple) else ():
        if row.stat is not None and row.id in per_minute:
            for minute in range(minutes):
                store.put(row.stat.key, START + 60 * minute + 30, per_minute[row.id])
    return evaluate(alarm, store, AlarmState.OK, at=START + 60 * minutes).state


@pytest.mark.parametrize(
    ("name", "minutes", "failing", "requests", "expected"),
    [
        ("failing-badly", 1, 3, 20, "ALARM"),
        ("failing-badly", 1, 2, 20, "OK"),  # ten percent is not more than ten
        ("failing-badly", 1, 19, 19, "OK"),  # so few requests are no rate
        ("failing", 15, 6, 100, "ALARM"),
        ("failing", 10, 6, 100, "OK"),  # over before a quarter of an hour is
        ("failing", 15, 5, 100, "OK"),
        ("errors-seen", 3, 6, 100, "ALARM"),
        ("errors-seen", 2, 6, 100, "OK"),
        ("cold", 15, 51, 100, "ALARM"),
        ("cold", 15, 50, 100, "OK"),
    ],
)
def test_a_rate_fires_above_its_limit_for_its_time_and_from_enough_requests_on(
    prod: Template, name: str, minutes: int, failing: float, requests: float, expected: str
) -> None:
    store_of = read(alarm(prod, "prod", name))
    statistics = {"some": failing, "requests": requests}
    assert state(store_of, minutes, **statistics) == AlarmState(expected)


def test_a_minute_without_errors_has_none_and_is_no_alarm(prod: Template) -> None:
    assert state(read(alarm(prod, "prod", "failing-badly")), 1, requests=100) == AlarmState.OK


OK, FIRES, UNKNOWN = AlarmState.OK, AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA


@pytest.mark.parametrize(
    ("errors", "slower", "expected"),
    [(FIRES, FIRES, FIRES), (FIRES, OK, OK), (OK, FIRES, OK), (OK, OK, OK), (FIRES, UNKNOWN, OK)],
)
def test_degraded_is_both_and_neither_alone(
    prod: Template, errors: AlarmState, slower: AlarmState, expected: AlarmState
) -> None:
    rule = prod.said(alarm(prod, "prod", "degraded", COMPOSITE)["AlarmRule"])
    children = {
        f"${{{alarm(prod, 'prod', 'errors-seen').name}.Arn}}": errors,
        f"${{{alarm(prod, 'prod', 'slower-than-usual').name}.Arn}}": slower,
    }
    composite = CompositeAlarm("degraded", "arn", rule)
    assert evaluate_composite(composite, children, AlarmState.OK, at=0).state == expected
