"""What Lambda publishes about one invocation, and under which dimensions. Pure.

Source: Lambda Developer Guide, "Types of metrics for Lambda functions" and "Viewing metrics": across all functions
(no dimension), by function name, by resource (a version or an alias), and by executed version (an alias and the version
it chose), which is the series of the canary alone. A throttled attempt counts as neither an invocation nor an error.
"""

from pipeline.rehearsal.world.emulator.inside.telemetry import Dimensions, Measure

NAMESPACE = "AWS/Lambda"


def dimension_sets(function: str, qualifier: str | None, version: str) -> tuple[Dimensions, ...]:
    """The series of an invocation of `function:qualifier` that `version` ran."""
    by_name: dict[str, str] = {"FunctionName": function}
    resource = by_name | {"Resource": f"{function}:{qualifier}" if qualifier else function}
    sets: tuple[Dimensions, ...] = ({}, by_name, resource)
    return (*sets, resource | {"ExecutedVersion": version}) if is_alias(qualifier) else sets


def is_alias(qualifier: str | None) -> bool:
    """Whether a qualifier names an alias: neither a version's number nor $LATEST."""
    return bool(qualifier) and qualifier != "$LATEST" and not str(qualifier).isdecimal()


def of_run(*, failed: bool, duration_ms: float) -> tuple[Measure, ...]:
    """An invocation that ran."""
    return (
        Measure("Invocations", 1),
        Measure("Errors", 1 if failed else 0),
        Measure("Throttles", 0),
        Measure("Duration", duration_ms, "Milliseconds"),
    )


def of_throttle() -> tuple[Measure, ...]:
    """An attempt that was refused."""
    return (Measure("Throttles", 1),)
