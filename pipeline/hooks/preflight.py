"""What must hold before a rollout starts, besides the new version: a way back, and alarms that can still fire."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

ATTEMPTS = 8
PAUSE_SECONDS = 5.0


def no_way_back(functions: Any, function: str, alias: str, version: str) -> list[str]:
    """Objections to the version that `alias` stands on now: without it a rollback has nowhere to go."""
    stable = functions.get_alias(FunctionName=function, Name=alias)["FunctionVersion"]
    if stable == version:
        return [f"alias {alias} stands on version {version} already: there is nothing to shift"]
    try:
        state = functions.get_function_configuration(FunctionName=function, Qualifier=stable).get("State", "Active")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return [f"version {stable}, which alias {alias} stands on, is gone: there is nothing to roll back to"]
    return [] if state in {"Active", "Inactive"} else [f"version {stable}, to roll back to, is in state {state}"]


def unfit_alarms(cloudwatch: "CloudWatchClient", names: Sequence[str], sleep: Callable[[float], None]) -> list[str]:
    """Objections to the watched alarms: missing, or red before the new version has served anybody.

    An alarm keeps its state when it is pointed at a new version, until its next evaluation. So a red one is asked
    again, for at most ATTEMPTS times PAUSE_SECONDS.
    """
    objections: list[str] = []
    for attempt in range(ATTEMPTS):
        if attempt:
            sleep(PAUSE_SECONDS)
        objections = _objections(cloudwatch, names)
        if not objections:
            break
    return objections


def _objections(cloudwatch: "CloudWatchClient", names: Sequence[str]) -> list[str]:
    alarms = cloudwatch.describe_alarms(AlarmNames=names, AlarmTypes=["MetricAlarm"])["MetricAlarms"]
    states = {alarm["AlarmName"]: alarm["StateValue"] for alarm in alarms}
    missing = [f"alarm {name} does not exist: nothing would stop this rollout" for name in names if name not in states]
    red = [f"alarm {name} is in ALARM before the shift" for name in names if states.get(name) == "ALARM"]
    return missing + red
