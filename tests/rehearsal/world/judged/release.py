"""A release of a small service: behind CodeDeploy, with the hooks and the judge exactly as they are delivered, and with
the alarms on the rates of failures that prod's plan has besides.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pipeline.cloud.service.canary_alarms import measured
from pipeline.plan.delivery import ERRORS, SERVER_ERRORS
from pipeline.plan.model import Alarm
from tests.rehearsal.world.account import Account
from tests.rehearsal.world.templates import Part, att, function, merged, ref, released, resource, shifted, template

ROOT = Path(__file__).parents[4]
KEY = "hooks.zip"
CANARY = "CodeDeployDefault.LambdaCanary10Percent5Minutes"
PROBES = [{"method": "GET", "resource": "/things", "status": 200}]
NETS = (ERRORS, SERVER_ERRORS)
JUDGED = {"STAGE": "prod", "SHIFT": "[[0,0.1],[300,1]]", "NO_TRAFFIC": "fail", "INCONCLUSIVE": "warn"}

SERVICE = """
import json
import time

FAULT = {fault!r}
COUNTS = ("Requests", "ServerErrors", "SlowRequests", "Refused")
warm = False


def handler(event, context):
    global warm
    cold, warm = not warm, True
    if "httpMethod" in event:  # a probe
        return {{"statusCode": 200}}
    if cold and FAULT.get("cold"):
        time.sleep(FAULT["cold"])
    struck = event["draw"] < FAULT.get("rate", 1.0)
    if struck and FAULT.get("thrown"):
        raise ValueError("thrown")
    if struck and FAULT.get("slow"):
        time.sleep(FAULT["slow"])
    failed = event["everybody"] or (struck and FAULT.get("answered") == 500)
    if not FAULT.get("uncounted"):
        count(context, ServerErrors=failed, SlowRequests=bool(struck and FAULT.get("slow")))
    return {{"statusCode": 500 if failed else 200}}


def count(context, **seen):
    told = {{name: int(seen.get(name, name == "Requests")) for name in COUNTS}}
    defined = [{{"Name": name, "Unit": "Count", "StorageResolution": 1}} for name in COUNTS]
    dimensions = ["FunctionName", "Alias", "ExecutedVersion"]
    metrics = [{{"Namespace": "Orders", "Dimensions": [dimensions], "Metrics": defined}}]
    print(json.dumps({{
        "_aws": {{"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": metrics}},
        "FunctionName": context.function_name,
        "Alias": context.invoked_function_arn.split(":")[7],
        "ExecutedVersion": context.function_version,
        **told,
    }}))
"""
"""It counts as `api.adapters.metrics` does, which a test holds it to."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a version: of its requests, the part `rate` (0 to 1) is struck.

    `thrown` ends in an error, `answered` is a status, `slow` and `cold` are seconds, the second of an environment's
    first request alone; a version that is `uncounted` counts nothing.
    """

    rate: float = 1.0
    thrown: bool = False
    answered: int = 0
    slow: float = 0.0
    cold: float = 0.0
    uncounted: bool = False


WELL = Fault()


def bring_hooks(account: Account) -> str:
    """Put the hooks' zip into a bucket of the account, and name that."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        archive.writestr("pipeline/__init__.py", "")
        for folder in ("pipeline/hooks", "pipeline/judge"):
            for file in sorted((ROOT / folder).glob("*.py")):
                archive.write(file, f"{folder}/{file.name}")
    store = account.client("s3")
    bucket = f"hooks-{account.number}"
    store.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    store.put_object(Bucket=bucket, Key=KEY, Body=found.getvalue())
    return bucket


def release(number: int, fault: Fault, hooks: str, judge: Mapping[str, str] | None = None) -> Part:
    """Version `number` of the service, with hooks from that bucket; `judge` are variables instead of the judge's."""
    named = f"Version{number}"
    about = {"FUNCTION_NAME": ref("Function"), "VERSION": att(named, "Version"), "ALIAS": "live"}
    parts = merged(
        released(number, SERVICE.format(fault=vars(fault)), Timeout=5, MemorySize=256),
        {
            **{alarm.name.title().replace("-", ""): _net(alarm, number) for alarm in NETS},
            "Judge": _hook(hooks, "judge", {**JUDGED, "LOOK_WAIT_SECONDS": "10", **(judge or {})}),
            "Before": _hook(hooks, "before_allow_traffic", {**about, **_before()}),
            "After": _hook(hooks, "after_allow_traffic", {**about, **JUDGED, "BAKE_WAIT_SECONDS": "120"}),
            "Evidence": _alarm(
                AlarmName="convicted",
                Namespace="Orders",
                MetricName="Evidence",
                Dimensions=_dimensions(FunctionName=ref("Function"), Alias="live"),
                Statistic="Maximum",
                Period=10,
                Threshold=1,
                ComparisonOperator="GreaterThanOrEqualToThreshold",
                EvaluationPeriods=3,
                DatapointsToAlarm=1,
            ),
            "Blind": _alarm(
                AlarmName="judge-errors",
                Namespace="AWS/Lambda",
                MetricName="Errors",
                Dimensions=_dimensions(FunctionName=ref("Judge")),
                Statistic="Sum",
                Period=60,
                Threshold=0,
                ComparisonOperator="GreaterThanThreshold",
            ),
        },
        shifted(
            CANARY,
            ref("Evidence"),
            ref("Blind"),
            *(ref(alarm.name.title().replace("-", "")) for alarm in NETS),
            before=ref("Before"),
            after=ref("After"),
        ),
    )
    return template(parts, Name=ref("Function"))


def _before() -> Mapping[str, Any]:
    return {
        "PROBES": json.dumps(PROBES),
        "ALARMS": json.dumps(["convicted", "judge-errors", *(alarm.name for alarm in NETS)]),
        "WARM": "2",
        "SHIFT": JUDGED["SHIFT"],
        "JUDGE": ref("Judge"),
    }


def _hook(bucket: str, module: str, variables: Mapping[str, Any]) -> Part:
    made = function(Environment={"Variables": dict(variables)}, Timeout=900, MemorySize=256)
    made["Properties"] |= {"Code": {"S3Bucket": bucket, "S3Key": KEY}, "Handler": f"pipeline.hooks.{module}.handler"}
    return made


def _alarm(**properties: Any) -> Part:
    return resource("CloudWatch::Alarm", **{"EvaluationPeriods": 1, "TreatMissingData": "notBreaching", **properties})


def _net(alarm: Alarm, number: int) -> Part:
    """An alarm of the plan on this version of the service."""
    version: Any = SimpleNamespace(name=ref("Function"), version=att(f"Version{number}", "Version"))
    formula = measured(version, alarm)
    rows = [{"Id": "net", "Expression": formula.expression, "ReturnData": True}]
    rows += [
        {
            "Id": name,
            "MetricStat": {
                "Metric": {
                    "Namespace": part.namespace,
                    "MetricName": part.name,
                    "Dimensions": [{"Name": key, "Value": _resource(value)} for key, value in part.dimensions],
                },
                "Period": part.seconds,
                "Stat": part.statistic,
            },
            "ReturnData": False,
        }
        for name, part in formula.parts.items()
    ]
    return _alarm(
        AlarmName=alarm.name,
        Metrics=rows,
        Threshold=alarm.threshold,
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=alarm.periods,
        DatapointsToAlarm=alarm.datapoints,
    )


def _resource(value: Any) -> Any:
    """A dimension's value; that of the alias is written as text with a reference in it."""
    return {"Fn::Join": ["", [ref("Function"), ":live"]]} if str(value).endswith(":live") else value


def _dimensions(**values: Any) -> list[Mapping[str, Any]]:
    return [{"Name": name, "Value": value} for name, value in values.items()]
