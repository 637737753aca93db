"""A release as it is: thirty times faster, 250 requests a second, a canary of ten percent for five minutes."""

import asyncio
import contextlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipeline.rehearsal.world.emulator.process import Programs
from pipeline.rehearsal.world.emulator.world import EmulatorWorld
from pipeline.rehearsal.world.observation import AlarmChanged, CanarySample, DeploymentFinished, DeploymentStarted
from tests.rehearsal.world.account import Account, Deployed
from tests.rehearsal.world.templates import URL, Part, api, att, merged, ref, released, resource, shifted, template

pytestmark = [pytest.mark.emulator, pytest.mark.slow]

RATE = 250
WORKERS = 24

SERVES = """
import json, os, random, time
FAILING = float(os.environ["FAILING"])
def handler(event, context):
    failed = random.random() < FAILING
    metrics = [{"Name": "Requests", "Unit": "Count"}, {"Name": "ServerErrors", "Unit": "Count"}]
    dimensions = [["FunctionName", "Alias", "ExecutedVersion"]]
    directive = {"Namespace": "Orders", "Dimensions": dimensions, "Metrics": metrics}
    print(json.dumps({"_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]},
                      "FunctionName": context.function_name, "Alias": context.invoked_function_arn.split(":")[7],
                      "ExecutedVersion": context.function_version, "Requests": 1, "ServerErrors": int(failed)}))
    return {"statusCode": 500 if failed else 200, "body": "{}"}
"""


def series(version: int, name: str) -> Part:
    """The counters of the canary alone."""
    dimensions = {
        "FunctionName": ref("Function"),
        "Alias": "live",
        "ExecutedVersion": att(f"Version{version}", "Version"),
    }
    found = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    metric = {"Namespace": "Orders", "MetricName": name, "Dimensions": found}
    return {"Id": name.lower(), "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False}


def release(number: int, failing: float) -> Part:
    """A version of which this share of requests fails; its alarm is at 5 percent, two of three minutes."""
    rate = {"Id": "rate", "Expression": "100 * servererrors / requests", "Label": "5xx", "ReturnData": True}
    alarm = resource(
        "CloudWatch::Alarm",
        AlarmName="orders-5xx",
        Metrics=[rate, series(number, "ServerErrors"), series(number, "Requests")],
        ComparisonOperator="GreaterThanThreshold",
        Threshold=5,
        EvaluationPeriods=3,
        DatapointsToAlarm=2,
        TreatMissingData="notBreaching",
    )
    function = released(number, SERVES, MemorySize=256, Environment={"Variables": {"FAILING": str(failing)}})
    group = shifted("CodeDeployDefault.LambdaCanary10Percent5Minutes", ref("Alarm"))
    return template(merged(function, group, {"Alarm": alarm}, api()), ApiUrl=URL, Name=ref("Function"))


async def send(url: str, over: threading.Event, statuses: Counter[int]) -> None:
    """So many requests a second, whatever becomes of them, over kept-alive connections."""
    address = urlsplit(url)
    due: asyncio.Queue[None] = asyncio.Queue()

    async def work() -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        while True:
            await due.get()
            writer.write(f"GET {address.path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
            statuses[int(head.split()[1])] += 1

    workers = [asyncio.create_task(work()) for _ in range(WORKERS)]
    began, sent = time.monotonic(), 0
    while not over.is_set():
        while sent < (time.monotonic() - began) * RATE:
            due.put_nowait(None)
            sent += 1
        await asyncio.sleep(0.004)
    for worker in workers:
        worker.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*workers)


@contextmanager
def traffic(url: str) -> Iterator[Counter[int]]:
    """Send while this is open; gives the statuses that came back."""
    over, statuses = threading.Event(), Counter[int]()
    thread = threading.Thread(target=lambda: asyncio.run(send(url, over, statuses)))
    thread.start()
    try:
        yield statuses
    finally:
        over.set()
        thread.join()


def live(stack: Deployed) -> tuple[str, bool]:
    found = stack.account.client("lambda").get_alias(FunctionName=stack.outputs["Name"], Name="live")
    return found["FunctionVersion"], "RoutingConfig" in found


@pytest.fixture
def account(programs: Programs, tmp_path: Path) -> Iterator[Account]:
    """An account of a world that runs as fast as a rehearsal's."""
    world = EmulatorWorld(tmp_path / "world", programs=programs, speed=30)
    world.start()
    yield Account(world, "444444444444")
    world.stop()


def test_a_good_release_is_delivered_and_a_bad_one_goes_back(account: Account) -> None:
    stack = account.deploy(release(1, failing=0))
    assert stack.status == "CREATE_COMPLETE", stack.failures()
    url = account.world.local_url(stack.outputs["ApiUrl"]) + "v1/products"
    with traffic(url) as good:
        stack = account.deploy(release(2, failing=0))
    assert (stack.status, live(stack), set(good)) == ("UPDATE_COMPLETE", ("2", False), {200})
    with traffic(url) as bad:
        stack = account.deploy(release(3, failing=0.2))
    assert (stack.status, live(stack), set(bad)) == ("UPDATE_ROLLBACK_COMPLETE", ("2", False), {200, 500})

    started, finished = account.happenings(DeploymentStarted), account.happenings(DeploymentFinished)
    assert [each.to_version for each in started] == ["2", "3"]
    assert [(each.status, each.rolled_back) for each in finished] == [("Succeeded", False), ("Stopped", True)]
    alarm = next(each for each in account.happenings(AlarmChanged) if each.new == "ALARM")
    assert (alarm.alarm, alarm.limit) == ("orders-5xx", 5)
    assert alarm.measured is not None
    assert alarm.measured > 5
    of_bad = [each for each in account.happenings(CanarySample) if each.new.version == "3"]
    told = sum(each.new.server_errors for each in of_bad)
    assert 0 <= bad[500] - told <= WORKERS  # some were still on their way when the deployment ended
    assert {operation for each in of_bad for operation in each.failures} == {"GET /{proxy+}"}
    assert sum(each.new.requests for each in of_bad) < 0.25 * sum(each.old.requests for each in of_bad)
