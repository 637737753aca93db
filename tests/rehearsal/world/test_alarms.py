"""Alarms on the world's clock. Sources: CloudWatch User Guide, the sections that each test names.

How an alarm decides is held against AWS's tables in the unit tests of `alarms`; here is what feeds it, what it shows.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pipeline.rehearsal.world.observation import AlarmChanged
from tests.rehearsal.world.account import Account
from tests.rehearsal.world.templates import Part, ref, resource, template

pytestmark = pytest.mark.emulator


def alarm(**properties: object) -> Part:
    common = {
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 5,
        "EvaluationPeriods": 1,
        "TreatMissingData": "notBreaching",
    }
    return resource("CloudWatch::Alarm", **(common | properties))


def on(name: str, **dimensions: str) -> dict[str, object]:
    """One metric of the namespace Orders, summed by the minute."""
    found = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    return {"Namespace": "Orders", "MetricName": name, "Dimensions": found, "Statistic": "Sum", "Period": 60}


@contextmanager
def publishing(account: Account, values: dict[str, float], **dimensions: str) -> Iterator[None]:
    """Publish these numbers again and again while this is open."""
    over = threading.Event()
    client = account.client("cloudwatch")
    found = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    data = [{"MetricName": name, "Value": value, "Dimensions": found} for name, value in values.items()]

    def publish() -> None:
        while not over.wait(0.005):
            client.put_metric_data(Namespace="Orders", MetricData=data)

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def states(account: Account) -> dict[str, str]:
    found = account.client("cloudwatch").describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    return {each["AlarmName"]: each["StateValue"] for each in (*found["MetricAlarms"], *found["CompositeAlarms"])}


def wait_for(account: Account, **wanted: str) -> None:
    account.until(lambda: wanted.items() <= states(account).items() or None, f"{wanted}")


def test_an_alarm_goes_off_and_comes_back_and_says_why(account: Account) -> None:
    """Section "Alarm evaluation"."""
    account.deploy(template({"Alarm": alarm(AlarmName="errors", **on("Errors"))}))
    wait_for(account, errors="OK")
    with publishing(account, {"Errors": 3}):
        wait_for(account, errors="ALARM")
    wait_for(account, errors="OK")
    changes = [(each.old, each.new) for each in account.happenings(AlarmChanged)]
    # A starved machine may publish nothing for a minute of the world (a tenth of a second): it goes off again then.
    again = len(changes) // 2
    assert changes == [("INSUFFICIENT_DATA", "OK"), *[("OK", "ALARM"), ("ALARM", "OK")] * again]
    assert again >= 1
    went_off = account.happenings(AlarmChanged)[1]
    assert (went_off.limit, went_off.metric) == (5, "Sum of Orders Errors")
    assert went_off.measured is not None
    assert went_off.measured > 5
    assert went_off.reason.startswith("Threshold Crossed")


def test_dimensions_are_never_pooled(account: Account) -> None:
    """Section "CloudWatch concepts", Dimensions: each unique combination is a metric of its own."""
    account.deploy(
        template({
            "One": alarm(AlarmName="version-1", **on("Errors", Version="1")),
            "Two": alarm(AlarmName="version-2", **on("Errors", Version="2")),
            "All": alarm(AlarmName="none", **on("Errors")),
        })
    )  # fmt: skip
    with publishing(account, {"Errors": 3}, Version="2"):
        wait_for(account, **{"version-2": "ALARM"})
        assert states(account) == {"version-1": "OK", "version-2": "ALARM", "none": "OK"}


def row(name: str, metric: str) -> dict[str, object]:
    """A metric of an expression."""
    stat = {"Metric": {"Namespace": "Orders", "MetricName": metric}, "Period": 60, "Stat": "Sum"}
    return {"Id": name, "MetricStat": stat, "ReturnData": False}


def rate(**properties: object) -> Part:
    """100 * errors / requests."""
    expression = {"Id": "rate", "Expression": "100 * e / r", "Label": "rate", "ReturnData": True}
    return alarm(Metrics=[expression, row("e", "Errors"), row("r", "Requests")], **properties)


def test_metric_math_is_evaluated(account: Account) -> None:
    """Section "Create a CloudWatch alarm based on a metric math expression"."""
    account.deploy(template({"Rate": rate(AlarmName="rate")}))
    with publishing(account, {"Errors": 1, "Requests": 4}):
        wait_for(account, rate="ALARM")
    (fired,) = (each for each in account.happenings(AlarmChanged) if each.new == "ALARM")
    assert fired.measured == pytest.approx(25, abs=19)  # a minute's edge may part one put from the other
    assert fired.measured == pytest.approx(100 * fired.behind["e"] / fired.behind["r"])
    assert fired.period_seconds == 60
    described = account.client("cloudwatch").describe_alarms(AlarmNames=["rate"])["MetricAlarms"][0]
    assert [row["Id"] for row in described["Metrics"]] == ["rate", "e", "r"]


def test_a_composite_follows_its_children(account: Account) -> None:
    """Section "Create a composite alarm"."""
    composite = resource(
        "CloudWatch::CompositeAlarm",
        AlarmName="any",
        AlarmRule={"Fn::Sub": "ALARM(${One}) OR ALARM(${Two})"},
    )
    parts = {name: alarm(AlarmName=name.lower(), **on(name)) for name in ("One", "Two")}
    done = account.deploy(template({**parts, "Any": composite}, Arn={"Fn::GetAtt": ["Any", "Arn"]}))
    assert done.status == "CREATE_COMPLETE", done.failures()
    wait_for(account, any="OK")
    with publishing(account, {"Two": 9}):
        wait_for(account, any="ALARM", two="ALARM", one="OK")
    wait_for(account, any="OK")


def test_an_alarm_tells_its_topic(account: Account) -> None:
    """Section "Using Amazon CloudWatch alarms", alarm actions."""
    account.deploy(
        template({
            "Topic": resource("SNS::Topic", TopicName="on-call"),
            "Queue": resource("SQS::Queue", QueueName="pager"),
            "Subscription": resource(
                "SNS::Subscription", TopicArn=ref("Topic"), Protocol="sqs", Endpoint={"Fn::GetAtt": ["Queue", "Arn"]}
            ),
            "Alarm": alarm(AlarmName="errors", AlarmActions=[ref("Topic")], **on("Errors")),
        })
    )  # fmt: skip
    sqs = account.client("sqs")
    queue = sqs.get_queue_url(QueueName="pager")["QueueUrl"]
    with publishing(account, {"Errors": 9}):
        received = account.until(lambda: sqs.receive_message(QueueUrl=queue).get("Messages"), "a message")
    assert "ALARM" in received[0]["Body"]


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        (alarm(Metrics=[row("m1", "Errors"), {"Id": "a", "Expression": "ANOMALY_DETECTION_BAND(m1)"}]), "ANOMALY"),
        (alarm(**{**on("Errors"), "Statistic": None, "ExtendedStatistic": "tm90"}), "tm90"),
    ],
)
def test_an_alarm_that_nobody_would_evaluate_fails_its_stack(account: Account, broken: Part, named: str) -> None:
    broken["Properties"] = {name: value for name, value in broken["Properties"].items() if value is not None}
    done = account.deploy(template({"Alarm": broken}))
    assert done.status == "ROLLBACK_COMPLETE"
    assert named in done.failures()[-1]


def unusual(**properties: object) -> Part:
    """An alarm on a band of anomaly detection, as the CDK writes it."""
    band = {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m1, 3)", "ReturnData": True}
    rows = [band, {**row("m1", "Latency"), "ReturnData": True}]
    compared = {"ComparisonOperator": "GreaterThanUpperThreshold", "ThresholdMetricId": "band", "EvaluationPeriods": 5}
    return resource("CloudWatch::Alarm", Metrics=rows, **(compared | properties))


def test_an_alarm_on_a_learnt_band_is_kept_and_only_waits(account: Account) -> None:
    """Section "Using CloudWatch anomaly detection": the band is learnt from up to two weeks of data."""
    composite = resource(
        "CloudWatch::CompositeAlarm",
        AlarmName="both",
        AlarmRule={"Fn::Sub": "ALARM(${Unusual}) AND ALARM(${Plain})"},
        ActionsSuppressor={"Fn::GetAtt": ["Plain", "Arn"]},
        ActionsSuppressorWaitPeriod=60,
        ActionsSuppressorExtensionPeriod=120,
    )
    parts = {
        "Unusual": unusual(AlarmName="unusual"),
        "Plain": alarm(AlarmName="plain", **on("Errors")),
        "Both": composite,
    }
    done = account.deploy(template(parts))
    assert done.status == "CREATE_COMPLETE", done.failures()
    with publishing(account, {"Latency": 9, "Errors": 9}):
        wait_for(account, plain="ALARM", both="OK")
    assert states(account)["unusual"] == "INSUFFICIENT_DATA"


def test_an_alarm_on_a_learnt_band_may_not_stop_a_deployment(account: Account) -> None:
    group = resource(
        "CodeDeploy::DeploymentGroup",
        ApplicationName=ref("Application"),
        ServiceRoleArn="arn:aws:iam::111111111111:role/deploys",
        AlarmConfiguration={"Enabled": True, "Alarms": [{"Name": ref("Unusual")}]},
    )
    application = resource("CodeDeploy::Application", ComputePlatform="Lambda")
    done = account.deploy(
        template({"Unusual": unusual(AlarmName="unusual"), "Application": application, "Group": group})
    )
    assert (done.status, "unusual looks at a learnt band" in done.failures()[-1]) == ("ROLLBACK_COMPLETE", True)
