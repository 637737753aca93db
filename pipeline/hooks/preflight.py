"""What must hold before a rollout starts, besides the new version: a way back, and alarms that can still fire.

Sources: Lambda developer guide, "Create a weighted alias" (both versions have the same execution role, and the same
dead-letter queue or none), and "Configuring provisioned concurrency" (it can't be changed on an alias that has weights,
and what is left of it after a shift is the wrong version's).
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

ATTEMPTS, PAUSE_SECONDS = 12, 10.0
"""Two minutes in all: an alarm is evaluated each minute, and may be late."""


def no_way_back(functions: Any, function: str, alias: str, version: str) -> list[str]:
    """Objections to the version that `alias` stands on now: without it a rollback has nowhere to go."""
    stable = functions.get_alias(FunctionName=function, Name=alias)["FunctionVersion"]
    if stable == version:
        return [f"alias {alias} stands on version {version} already: there is nothing to shift"]
    try:
        old = functions.get_function_configuration(FunctionName=function, Qualifier=stable)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return [f"version {stable}, which alias {alias} stands on, is gone: there is nothing to roll back to"]
    if (state := old.get("State", "Active")) not in {"Active", "Inactive"}:
        return [f"version {stable}, to roll back to, is in state {state}"]
    new = functions.get_function_configuration(FunctionName=function, Qualifier=version)
    return [*_differences(old, stable, new, version), *_provisioned(functions, function, alias)]


def _differences(old: Any, stable: str, new: Any, version: str) -> list[str]:
    """Objections to what an alias's two versions must have in common."""
    compared = (
        ("role", old.get("Role"), new.get("Role")),
        ("dead-letter queue", _dead_letters(old), _dead_letters(new)),
    )
    return [
        f"versions {stable} and {version} differ in their {what} ({was} and {now}): an alias can't have both"
        for what, was, now in compared
        if was != now
    ]


def _dead_letters(configuration: Any) -> str | None:
    return (configuration.get("DeadLetterConfig") or {}).get("TargetArn")


def _provisioned(functions: Any, function: str, alias: str) -> list[str]:
    """Objections to concurrency that is provisioned for the alias: it clashes with weights."""
    try:
        found = functions.get_provisioned_concurrency_config(FunctionName=function, Qualifier=alias)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ProvisionedConcurrencyConfigNotFoundException":
            raise
        return []
    number = found.get("RequestedProvisionedConcurrentExecutions")
    return [f"alias {alias} has {number} provisioned environments: take them away before its traffic is to shift"]


def unfit_alarms(
    cloudwatch: "CloudWatchClient", names: Sequence[str], sleep: Callable[[float], None]
) -> tuple[list[str], list[str]]:
    """Objections to the watched alarms: to those that are missing, and to those that are red before the new version has
    served anybody.

    An alarm keeps its state when it is pointed at a new version, until its next evaluation. So both are asked for
    again, ATTEMPTS times in all.
    """
    missing: list[str] = []
    red: list[str] = []
    for attempt in range(ATTEMPTS):
        if attempt:
            sleep(PAUSE_SECONDS)
        missing, red = _objections(cloudwatch, names)
        if not missing and not red:
            break
    return missing, red


def _objections(cloudwatch: "CloudWatchClient", names: Sequence[str]) -> tuple[list[str], list[str]]:
    alarms = cloudwatch.describe_alarms(AlarmNames=names, AlarmTypes=["MetricAlarm"])["MetricAlarms"]
    states = {alarm["AlarmName"]: alarm["StateValue"] for alarm in alarms}
    missing = [f"alarm {name} does not exist: nothing would stop this rollout" for name in names if name not in states]
    red = [f"alarm {name} is in ALARM before the shift" for name in names if states.get(name) == "ALARM"]
    return missing, red
