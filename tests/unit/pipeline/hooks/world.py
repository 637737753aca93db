"""A small language for the hooks' tests: a deployment as CodeDeploy tells it, and counts as CloudWatch has them.

Not the services but what they answer, by their documented shapes; requests are checked by botocore's own models.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError

FUNCTION, ALIAS, STABLE, CANARY = "orders-prod-orders", "live", "7", "8"
DEPLOYMENT = "d-5QX8K1YSE"
BEGAN = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
"""When traffic began to shift: a whole minute."""
SESSION = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")

type Period = tuple[str, str, int]
"""The version, the metric's name, and the seconds since traffic began to shift."""


class CodeDeploy:
    """Tells of one deployment, for as many looks as `looks` says; then it is over."""

    put_lifecycle_event_hook_execution_status: Any
    exceptions: Any

    def __init__(self, looks: int = 1_000, began: float | None = BEGAN, silent: int = 0) -> None:
        self.looks, self.began, self.silent = looks, began, silent

    def list_deployment_targets(self, deploymentId: str) -> Any:  # noqa: N803 - AWS's word
        assert deploymentId == DEPLOYMENT
        if self.silent:
            self.silent -= 1
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "Get")
        return {"targetIds": [f"{FUNCTION}:{ALIAS}"]}

    def get_deployment_target(self, deploymentId: str, targetId: str) -> Any:  # noqa: N803 - AWS's words
        assert (deploymentId, targetId) == (DEPLOYMENT, f"{FUNCTION}:{ALIAS}")
        self.looks -= 1
        events: list[Any] = [event("BeforeAllowTraffic", BEGAN - 20)]
        events.append(event("AllowTraffic", self.began))
        events.append(event("AfterAllowTraffic", None))
        told = {
            "status": "InProgress" if self.looks >= 0 else "Succeeded",
            "lifecycleEvents": events,
            "lambdaFunctionInfo": {"currentVersion": STABLE, "targetVersion": CANARY},
        }
        return {"deploymentTarget": {"deploymentTargetType": "LambdaTarget", "lambdaTarget": told}}


def event(name: str, at: float | None) -> Mapping[str, Any]:
    """A lifecycle event that started then, or has not."""
    started = {} if at is None else {"startTime": datetime.fromtimestamp(at, UTC)}
    return {"lifecycleEventName": name, "status": "Pending" if at is None else "InProgress", **started}


class CloudWatch:
    """Holds sums by period, and what was published to it; `status` is what it says of each answer.

    The judge has looked in so many minutes. It does not answer so many questions as are `failing`; one that is `mute`
    takes no metrics.
    """

    def __init__(self, counts: Mapping[Period, float], looks: int = 5) -> None:
        self.counts, self.looks, self.status = dict(counts), looks, "Complete"
        self.asked: list[Any] = []
        self.published: list[float] = []
        self.mute = False
        self.failing = 0
        self._model = SESSION.client("cloudwatch").meta.service_model

    def get_metric_data(self, **asked: Any) -> Any:
        if self.failing:
            self.failing -= 1
            raise ClientError({"Error": {"Code": "InternalFailure", "Message": "try again"}}, "GetMetricData")
        self.asked.append(asked)
        span = range(*(round(asked[name].timestamp() - BEGAN) for name in ("StartTime", "EndTime")))
        results = [self._result(query, span) for query in asked["MetricDataQueries"]]
        return {"MetricDataResults": results}

    def _result(self, query: Any, span: range) -> Any:
        metric = query["MetricStat"]["Metric"]
        told = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
        if metric["MetricName"] == "Evidence":
            assert (told, query["MetricStat"]["Stat"]) == ({"FunctionName": FUNCTION, "Alias": ALIAS}, "SampleCount")
            found = {60 * minute: 6.0 for minute in range(self.looks)}
        else:
            assert query["MetricStat"]["Stat"] == "Sum", "counts of a period are sums"
            version, name = told["ExecutedVersion"], metric["MetricName"]
            of_it = {at: value for (of, what, at), value in self.counts.items() if (of, what) == (version, name)}
            found = summed({at: value for at, value in of_it.items() if at in span}, query["MetricStat"]["Period"])
        return {
            "Id": query["Id"],
            "Timestamps": [datetime.fromtimestamp(BEGAN + at, UTC) for at in found],
            "Values": list(found.values()),
            "StatusCode": self.status,
        }

    def put_metric_data(self, Namespace: str, MetricData: Any) -> None:  # noqa: N803 - AWS's words
        if self.mute:
            raise ClientError({"Error": {"Code": "InternalFailure", "Message": "try again"}}, "PutMetricData")
        (datum,) = MetricData
        assert (Namespace, datum["MetricName"], datum["StorageResolution"]) == ("Orders", "Evidence", 1)
        assert {each["Name"]: each["Value"] for each in datum["Dimensions"]} == {
            "FunctionName": FUNCTION,
            "Alias": ALIAS,
        }
        self.published.append(float(datum["Value"]))


def summed(counts: Mapping[int, float], seconds: int) -> dict[int, float]:
    """The sums of periods of so many seconds, by where these begin."""
    found: dict[int, float] = {}
    for at, value in counts.items():
        found[at // seconds * seconds] = found.get(at // seconds * seconds, 0) + value
    return found


def answered(bins: Iterable[int], canary: int, stable: int, **failed: tuple[int, int]) -> dict[Period, float]:
    """Handlers' counts in bins (by their number), and Lambda's of the same minutes; `failed` by the metric's name: how
    many of each version's requests in a bin. Thrown errors (`Errors`) are Lambda's alone, and no handler counts them.
    """
    counts: dict[Period, float] = {}
    thrown = failed.get("Errors", (0, 0))
    for number in bins:
        at, minute = 10 * number, 10 * number // 60 * 60
        for version, requests, which in ((CANARY, canary, 0), (STABLE, stable, 1)):
            handled = requests - thrown[which]
            if handled:
                counts[version, "Requests", at] = handled
                for name in ("ServerErrors", "SlowRequests", "Refused"):
                    counts[version, name, at] = failed.get(name, (0, 0))[which]
            if requests:
                for name, count in (("Invocations", requests), ("Errors", thrown[which])):
                    counts[version, name, minute] = counts.get((version, name, minute), 0) + count
    return counts
