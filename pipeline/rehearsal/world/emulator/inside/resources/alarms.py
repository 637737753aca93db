"""AWS::CloudWatch::Alarm with metric math, and AWS::CloudWatch::CompositeAlarm.

ministack keeps the records and shows them; an alarm that our evaluator can't evaluate fails its stack, with the reason.
One on a band of anomaly detection is kept without being evaluated, and can't stop a deployment (`codedeploy`).
"""

import json
import time
from collections.abc import Callable
from typing import Any

from pipeline.rehearsal.world.alarms import (
    alarm_from_properties,
    alarm_from_record,
    children,
    composite_from_properties,
    is_unlearnt,
)
from pipeline.rehearsal.world.emulator.inside.alarm_records import OF_ONE_METRIC
from pipeline.rehearsal.world.emulator.inside.resources.registry import (
    DELETE_PREDECESSOR,
    Created,
    Properties,
    here,
    name_of,
    register,
)
from pipeline.rehearsal.world.emulator.inside.seams import Seam

MODULE = "ministack.services.cloudwatch"
RECORD = Seam("ministack.services.cloudformation.provisioners", "_cw_metric_alarm_record", ("name", "props"))
PUT = Seam(MODULE, "_put_metric_alarm", ("params", "cbor_data", "is_cbor", "is_json"))
PUT_COMPOSITE = Seam(MODULE, "_put_composite_alarm", ("params", "cbor_data", "is_cbor", "is_json"))
ERROR = Seam(MODULE, "_error", ("code", "message", "status", "use_json", "use_cbor"))
COMPOSITES = Seam(MODULE, "_composite_alarms")
SEAMS = (RECORD, PUT, PUT_COMPOSITE, ERROR, COMPOSITES)

COMPOSITE = "AWS::CloudWatch::CompositeAlarm"


def install() -> None:
    """Register and wrap."""
    RECORD.wrap(_record)
    PUT.wrap(_checked_put)
    register(COMPOSITE, _create, _update, _delete)


def _record(original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def record(name: str, props: Properties) -> dict[str, Any]:
        if not is_unlearnt(props):
            alarm_from_properties(props, name=name, arn=_arn(name))  # refuses what nobody would evaluate
        rows = props.get("Metrics")
        stand_in = {"MetricName": "-", "Namespace": "-", "Threshold": 0}
        made = original(name, stand_in | {k: v for k, v in props.items() if k != "Metrics"} if rows else props)
        if rows:
            made = {field: value for field, value in made.items() if field not in OF_ONE_METRIC} | {"Metrics": rows}
        if low := props.get("EvaluateLowSampleCountPercentile"):
            made["EvaluateLowSampleCountPercentile"] = low
        if "TreatMissingData" not in props:
            made.pop("TreatMissingData", None)  # so that the default of the metric's namespace counts
        if is_unlearnt(props):
            made.pop("Threshold")
            return made | {"ThresholdMetricId": props["ThresholdMetricId"]}
        alarm_from_record(made)
        return made

    return record


def _checked_put(original: Callable[..., Any]) -> Callable[..., Any]:
    """PutMetricAlarm: ministack drops `Metrics` without a word, so a call with it is refused."""

    def put(params: Any, cbor_data: dict[str, Any], is_cbor: bool, is_json: bool = False) -> Any:
        if cbor_data.get("Metrics"):
            what = "PutMetricAlarm with Metrics is not emulated; declare the alarm in a template"
            return ERROR.get()("ValidationError", what, 400, use_json=is_json, use_cbor=is_cbor)
        return original(params, cbor_data, is_cbor, is_json)

    return put


def _create(logical_id: str, properties: Properties, stack_name: str) -> Created:
    name = name_of(properties, "AlarmName", stack_name, logical_id, 255)
    return _put(name, properties)


def _update(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str) -> Created:
    name = name_of(new, "AlarmName", stack_name, logical_id, 255)
    if name == physical_id:
        return _put(name, new)
    created = _put(name, new)
    DELETE_PREDECESSOR.get()(_delete, physical_id, old)
    return created


def _delete(physical_id: str, _: Properties) -> None:
    COMPOSITES.get().pop(physical_id, None)


def _put(name: str, properties: Properties) -> Created:
    """As PutCompositeAlarm, whose rule ministack checks against the alarms that are there."""
    arn = _arn(name)
    children(composite_from_properties(properties, name=name, arn=arn))
    asked = {
        "AlarmName": name,
        "AlarmRule": properties["AlarmRule"],
        "AlarmDescription": properties.get("AlarmDescription", ""),
        "ActionsEnabled": str(properties.get("ActionsEnabled", True)).lower() == "true",
        "AlarmActions": properties.get("AlarmActions") or [],
        "OKActions": properties.get("OKActions") or [],
        "InsufficientDataActions": properties.get("InsufficientDataActions") or [],
        "Tags": properties.get("Tags") or [],
    }
    status, _headers, body = PUT_COMPOSITE.get()({}, asked, False, True)
    if status >= 400:
        raise ValueError(f"{COMPOSITE}: {json.loads(body).get('message', body)}")
    COMPOSITES.get()[name]["StateUpdatedTimestamp"] = int(time.time())
    return name, {"Arn": arn}


def _arn(name: str) -> str:
    account, region = here()
    return f"arn:aws:cloudwatch:{region}:{account}:alarm:{name}"
